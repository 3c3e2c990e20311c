import Datasets
import NeuralNetwork

/// Samples that a learner is tested on and never trains on: the test or the validation set.
public struct HeldOutData: Sendable {
    private let gatherer: BatchGatherer
    /// The labels of all samples, one after another.
    public let labels: [Int]
    /// How many bytes of text a label stands for in the mean; nil where labels are no tokens.
    public let bytesPerLabel: Double?
    /// Whether the answers to all samples are kept, so that an ensemble can be made of several
    /// learners'. Of language models those to long texts are not: they would be larger than
    /// anything else.
    public let keepsAnswers: Bool
    /// How many samples there are.
    public let count: Int
    /// What identifies the samples in a message.
    let digest: UInt64
    /// The same as text.
    var identity: String { String(digest, radix: 16) }
    /// Whether labels are tokens of a text, and no classes to tell.
    var predictText: Bool { bytesPerLabel != nil }
    /// Samples that an evaluation takes at a time.
    private let batch: Int

    /// How many samples of a shape an evaluation takes at a time: 500, or fewer of large images
    /// and of very many logits, which must not take more memory than training does.
    ///
    /// - Parameter logits: how many each sample has.
    public static func batch(of shape: [Int], logits: Int) -> Int {
        max(1, min(500, (1 << 22) / max(1, shape.reduce(1, *), logits)))
    }

    /// The most logits of a language model that are kept: 64 MB.
    private static let mostKept = 1 << 24

    /// All samples of a set, in their order and without augmentation.
    public init(_ set: SampleSet, normalization: Normalization) throws(DatasetError) {
        gatherer = try BatchGatherer(set, normalization: normalization)
        (labels, count) = (set.labels, set.count)
        bytesPerLabel = set.bytesPerLabel
        keepsAnswers =
            set.labelsPerSample == 1 || set.labels.count * set.classCount <= Self.mostKept
        batch = Self.batch(of: set.shape, logits: set.classCount * set.labelsPerSample)
        digest =
            SampleBatch(
                step: 0, samples: Array(0..<set.count),
                epochs: Array(repeating: 0, count: set.count)
            ).digest
    }

    /// All samples in their order, a batch at a time.
    public var batches: some Sequence<Batch> {
        stride(from: 0, to: count, by: batch).lazy.map { start in
            let samples = start..<min(count, start + batch)
            let (images, labels) = gatherer.gather(samples)
            return Batch(
                images: images, labels: labels, counted: labels.labelledPlaces,
                samples: Array(samples), epoch: 0, digest: 0)
        }
    }
}
