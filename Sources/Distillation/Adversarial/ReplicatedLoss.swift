import Bytes

/// A loss whose learned parameters are a replica: a learner and its teacher have the same bits of
/// them, and nothing of them travels.
///
/// Both begin with the same numbers and learn at each step from the same: the samples, their
/// labels, both sides' logits as they are, and the draws of a key that both have.
public protocol ReplicatedLoss: DistillationLoss {
    /// Takes the shape C×H×W of a sample, before anything is prepared.
    mutating func know(sample: [Int])
}

extension RandomKey {
    /// The key that both replicas between two learners have.
    ///
    /// - Parameters:
    ///   - seed: of the cohort.
    ///   - learners: both names, in any order.
    public static func replica(seed: UInt64, between learners: [String]) -> RandomKey {
        learners.sorted().reduce(RandomKey(seed: seed).child("replica")) { $0.child($1) }
    }
}
