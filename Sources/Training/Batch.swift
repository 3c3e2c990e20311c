import NeuralNetwork

/// Samples as a step sees them.
public struct Batch: Sendable {
    /// N×C×H×W.
    public var images: Tensor
    /// N labels; those of an unlabelled pool are never looked at.
    public var labels: [Int]
    /// The N samples by their numbers.
    public var samples: [Int]
    /// Counted from 0, of the first sample.
    public var epoch: Int
    /// Tells whether two learners have the same samples in the same order.
    public var digest: UInt64

    public var count: Int { labels.count }
}

/// The batches of one step: what the learner's own loss takes, and what the cohort teaches on.
public struct StepBatches: Sendable {
    /// Labelled samples for the task loss.
    public var own: Batch
    /// Samples for the teaching terms; nil where both are one.
    public var common: Batch?
    /// Whether the labels of ``common`` may be used: those of a pool are nobody's.
    public var isCommonLabelled = false

    /// The batch on which the learners teach one another.
    var teaching: Batch { common ?? own }

    /// The labels of ``teaching``; nil where these are nobody's.
    var teachingLabels: [Int]? {
        guard let common else { return own.labels }
        return isCommonLabelled ? common.labels : nil
    }

    /// All images, the own batch first.
    var images: Tensor {
        common.map { .concatenating([own.images, $0.images]) } ?? own.images
    }

    /// The rows of ``images`` that the teaching terms take.
    var teachingRows: Range<Int> {
        common.map { own.count..<own.count + $0.count } ?? 0..<own.count
    }
}
