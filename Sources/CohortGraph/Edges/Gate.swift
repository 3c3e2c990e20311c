/// When an edge's knowledge counts: decided anew at each step from the labels of the batch.
public enum Gate: String, CaseIterable, Sendable {
    /// At every step, of all samples.
    case always
    /// Only the samples that the teacher classifies correctly.
    case correct
    /// Only while the teacher's cross-entropy on the batch is below the learner's own.
    case better
    /// Never: the edge is cut off (*Knowledge Transfer Graph*, Minami et al. 2020).
    case cut

    /// Whether it looks at labels.
    public var needsLabels: Bool { self == .correct || self == .better }
}
