import Datasets
import NeuralNetwork

/// Samples that a learner is tested on and never trains on: the test or the validation set.
public struct HeldOutData: Sendable {
    private let gatherer: BatchGatherer
    /// The class of every sample.
    public let labels: [Int]
    /// What identifies the samples in a message.
    let digest: UInt64
    /// Samples that an evaluation takes at a time.
    private let batch: Int

    /// How many samples of a shape an evaluation takes at a time: 500, or fewer of large images,
    /// which must not take more memory than training does.
    public static func batch(of shape: [Int]) -> Int {
        max(1, min(500, (1 << 22) / max(1, shape.reduce(1, *))))
    }

    /// All samples of a set, in their order and without augmentation.
    public init(_ set: SampleSet, normalization: Normalization) throws(DatasetError) {
        gatherer = try BatchGatherer(set, normalization: normalization)
        labels = set.labels
        batch = Self.batch(of: set.shape)
        digest =
            SampleBatch(
                step: 0, samples: Array(0..<set.count),
                epochs: Array(repeating: 0, count: set.count)
            ).digest
    }

    /// All samples in their order, a batch at a time.
    public var batches: some Sequence<Batch> {
        stride(from: 0, to: labels.count, by: batch).lazy.map { start in
            let samples = start..<min(labels.count, start + batch)
            let (images, labels) = gatherer.gather(samples)
            return Batch(
                images: images, labels: labels, samples: Array(samples), epoch: 0, digest: 0)
        }
    }
}
