/// How much better, or worse, one side is than another, paired by seed.
public struct Difference: Hashable, Sendable {
    /// What is compared with what.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// A learner taught with the same alone.
        case gain
        /// A group of runs with another of other settings.
        case setting
        /// A learner with others of the same runs.
        case learner
    }

    /// Whether it is larger than the noise.
    public enum Verdict: String, Codable, Sendable {
        /// The corrected p-value is below 0.05.
        case larger
        /// It is not.
        case within
        /// One seed has no spread.
        case oneSeed = "one_seed"
        /// All seeds came to the same difference.
        case noSpread = "no_spread"
    }

    /// What is compared with what.
    public let kind: Kind
    /// The learner, or `mean`, or `mean of 3` where not all learners are on both sides.
    public let subject: String
    /// `taught over alone`, `over training.batch=8`, `over b`.
    public let comparison: String
    /// The title of the group of runs.
    public let group: String
    /// One side minus the other, at each seed that both have.
    public let sample: SeedSample
    /// Of the mean; nil where nothing can be said of it.
    public let interval: MeanInterval?
    /// The p-value, corrected for the number of differences of this kind in the figure; nil
    /// without an interval.
    public private(set) var correctedP: Double?

    init(
        _ kind: Kind, _ subject: String, _ comparison: String, in group: String,
        _ sample: SeedSample
    ) {
        self.kind = kind
        self.subject = subject
        self.comparison = comparison
        self.group = group
        self.sample = sample
        interval = MeanInterval(sample)
    }

    /// `a taught over alone`.
    public var title: String { "\(subject) \(comparison)" }

    /// Whether it is larger than the noise.
    public var verdict: Verdict {
        guard let correctedP else { return sample.values.count > 1 ? .noSpread : .oneSeed }
        return correctedP < 1 - MeanInterval.confidence ? .larger : .within
    }

    /// The same with p-values that are corrected for the number of those of a kind: whoever asks
    /// for more figures, or for another kind of comparison, asks another question.
    static func corrected(_ differences: [Difference]) -> [Difference] {
        var corrected = differences
        for kind in Kind.allCases {
            let tested = differences.indices.filter {
                differences[$0].kind == kind && differences[$0].interval != nil
            }
            let values = HolmCorrection.corrected(tested.compactMap { differences[$0].interval?.p })
            for (index, value) in zip(tested, values) { corrected[index].correctedP = value }
        }
        return corrected
    }
}
