import CohortGraph

/// What a tensor of knowledge must be to be used. Whoever offers a tensor makes its contract.
///
/// A tensor is judged by its contract, never by the form of its name.
public struct TensorContract: Hashable, Sendable {
    /// What values a tensor may have.
    public enum Domain: Hashable, Sendable {
        /// Any finite values.
        case free
        /// Rows of probabilities: in the last dimension no value is negative, and a row adds up to
        /// 1.
        case simplex
        /// The sum of the probabilities and of the negative entropies of some learners, in fixed
        /// point.
        case fixedPoint(mostLearners: Int)
    }

    /// What kind of knowledge it is.
    public var kind: KnowledgeKind
    /// The dimensions, of which the first counts the samples.
    public var shape: [Int]
    /// What values it may have.
    public var domain: Domain

    /// A contract for a tensor of this kind and shape.
    public init(kind: KnowledgeKind, shape: [Int], domain: Domain = .free) {
        self.kind = kind
        self.shape = shape
        self.domain = domain
    }
}
