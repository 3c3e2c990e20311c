/// What a message teaches with.
public enum KnowledgeKind: String, CaseIterable, Sendable {
    /// Logits.
    case response
    /// Summaries of activations.
    case feature
    /// Relations between the samples of a batch.
    case relation
    /// The sum of several learners' probabilities, and of their negative entropies: what relays
    /// trade.
    case sum
    /// The samples of a batch, for who has no access to them.
    case inputs
    /// The gradient of one node's objective in what another published at the same step.
    case adjoint
}

/// How the numbers of a tensor are written in its payload; the raw value is the wire's dtype.
public enum Encoding: UInt8, CaseIterable, Sendable {
    /// IEEE 754 single precision: exact.
    case float32 = 1
    /// IEEE 754 half precision.
    case float16 = 2
    /// Whole numbers from -127 to 127 with a scale for each sample.
    case int8 = 3
    /// The largest values of each row, and one value for all the others.
    case topK = 4
    /// Whole numbers of 64 bits, in units of 2⁻⁴⁰: their sum is the same in any order.
    case fixedPoint = 5
    /// Bytes, and for each channel a table of the 256 values that they stand for: exact.
    case bytes = 6
}

/// One named array of knowledge, row-major; the first dimension counts the samples.
///
/// It holds its values as they travel and are journalled, so that everyone who takes part sees the
/// same bits, the learner that published them included.
public struct KnowledgeTensor: Hashable, Sendable {
    /// `logits`, `probabilities`, or the name of the tap.
    public var name: String
    /// What the values are.
    public var kind: KnowledgeKind
    /// The dimensions, of which the first counts the samples.
    public var shape: [Int]
    /// How the payload holds the values.
    public var encoding: Encoding
    /// The values' frame: `shape` in `encoding`.
    public var payload: [UInt8]

    /// Takes the payload as it is; whether it fills `shape` is judged when its values are read.
    public init(
        name: String, kind: KnowledgeKind, shape: [Int], encoding: Encoding, payload: [UInt8]
    ) {
        self.name = name
        self.kind = kind
        self.shape = shape
        self.encoding = encoding
        self.payload = payload
    }
}

/// What a learner publishes at one step and round.
public struct Knowledge: Hashable, Sendable {
    /// The epoch of the step, from 0.
    public var epoch: Int
    /// The step, from 0.
    public var step: Int
    /// The round of the step.
    public var round: Round
    /// The first 64 bits of the SHA-256 of the batch's sample numbers, each a little-endian u64.
    public var batchDigest: UInt64
    /// All that was published, for whichever students.
    public var tensors: [KnowledgeTensor]

    /// Knowledge of one step and round.
    public init(
        epoch: Int, step: Int, round: Round, batchDigest: UInt64, tensors: [KnowledgeTensor]
    ) {
        self.epoch = epoch
        self.step = step
        self.round = round
        self.batchDigest = batchDigest
        self.tensors = tensors
    }
}
