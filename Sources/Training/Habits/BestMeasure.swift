import Options

/// By what the best of a learner's evaluations is told.
public enum BestMeasure: String, CaseIterable, Hashable, Sendable {
    /// The highest share of samples named right.
    case accuracy
    /// The lowest mean negative log-likelihood.
    case loss

    static let forms = "accuracy or loss: of which evaluation the weights are kept"

    /// Reads `accuracy` or `loss`.
    init(_ setting: Setting) throws(SettingError) {
        guard case .scalar(let text, _) = setting.value, let measure = Self(rawValue: text) else {
            throw SettingError("training: best is \(Self.forms)", at: setting.position)
        }
        self = measure
    }

    /// Whether one evaluation is better than another; of equal ones none is.
    func prefers(_ evaluation: Evaluation, to other: Evaluation) -> Bool {
        switch self {
        case .accuracy: evaluation.accuracy > other.accuracy
        case .loss: evaluation.negativeLogLikelihood < other.negativeLogLikelihood
        }
    }
}

/// The best evaluation of a learner so far.
public struct BestEvaluation: Codable, Hashable, Sendable {
    /// After how many steps it was.
    public let step: Int
    /// How many evaluations since then were no better.
    public internal(set) var since = 0
    /// Its scores.
    public let evaluation: Evaluation

    init(step: Int, evaluation: Evaluation) {
        (self.step, self.evaluation) = (step, evaluation)
    }
}
