/// When an edge's knowledge counts. Through, cutoff, linear and correct are the gates of *Knowledge
/// Transfer Graph for Deep Collaborative Learning* (Minami et al. 2020).
public enum Gate: String, CaseIterable, Sendable {
    /// At every step, of all samples.
    case through
    /// Never.
    case cutoff
    /// At every step, of all samples, times the share of the student's steps that have begun: from
    /// 1/n at the first of n steps to 1 at the last.
    case linear
    /// Only the samples that the teacher classifies correctly; the mean is over all samples.
    case correct
    /// Only while the teacher's cross-entropy on the batch is below the learner's own.
    case better
    /// Only the samples of tasks that the teacher has met; the mean is over all samples.
    case met

    /// Whether it looks at labels.
    public var needsLabels: Bool { self == .correct || self == .better }

    /// Whether it chooses samples of each teacher.
    public var choosesSamples: Bool { needsLabels || self == .met }

    /// The factor of the weight at a step, counted from 0.
    ///
    /// - Parameter count: the steps for which the student learns.
    public func factor(at step: Int, of count: Int) -> Double {
        switch self {
        case .cutoff: 0
        case .linear: min(1, Double(step + 1) / Double(max(1, count)))
        case .through, .correct, .better, .met: 1
        }
    }
}
