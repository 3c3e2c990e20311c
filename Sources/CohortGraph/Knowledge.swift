/// What a message teaches with.
public enum KnowledgeKind: String, CaseIterable, Sendable {
    /// Logits.
    case response
    /// Summaries of activations.
    case feature
    /// Relations between the samples of a batch.
    case relation
}

/// Which forward pass of a step the knowledge comes from.
public enum Phase: UInt8, CaseIterable, Sendable {
    /// Before the update.
    case before = 0
    /// After the update: sequential mutual learning.
    case after = 1
    /// On the test samples, at the end of an epoch: for the accuracy of the ensemble.
    case evaluation = 2
}

/// One named array of knowledge, row-major; the first dimension counts the samples.
public struct KnowledgeTensor: Hashable, Sendable {
    /// `logits`, or the name of the tap.
    public var name: String
    public var kind: KnowledgeKind
    public var shape: [Int]
    public var values: [Float]

    /// - Precondition: `values` fills `shape`.
    public init(name: String, kind: KnowledgeKind, shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count)
        self.name = name
        self.kind = kind
        self.shape = shape
        self.values = values
    }
}

/// What a learner publishes at one step and phase.
public struct Knowledge: Hashable, Sendable {
    public var epoch: Int
    public var step: Int
    public var phase: Phase
    /// The first 64 bits of the SHA-256 of the batch's sample numbers, each a little-endian u64.
    public var batchDigest: UInt64
    public var tensors: [KnowledgeTensor]

    public init(
        epoch: Int, step: Int, phase: Phase, batchDigest: UInt64, tensors: [KnowledgeTensor]
    ) {
        self.epoch = epoch
        self.step = step
        self.phase = phase
        self.batchDigest = batchDigest
        self.tensors = tensors
    }
}
