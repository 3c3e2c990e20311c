import Bytes
import NeuralNetwork

/// The samples of one step, as a network takes them.
public struct Batch: Sendable {
    /// N×C×H×W.
    public var images: Tensor
    /// The N classes of the samples, or the labels of all their positions, one sample after
    /// another; nil where the samples are unlabelled.
    public var labels: [Int]?
    /// The labels of the samples that these are mixed with; nil for samples as they are.
    public var mixed: MixedLabels?
    /// The rows of a model's logits that count where each position of a sequence has one: those
    /// that are no padding; nil where all count.
    public var counted: [Int]?
    /// The N numbers of the samples; nil where the samples have none.
    public var samples: [Int]?
    /// The epoch of the first sample, counted from 0.
    public var epoch: Int
    /// Equal for two learners that have the same samples in the same order.
    public var digest: UInt64
    /// Makes images of the same samples by other crops and flips; nil where nothing is random.
    public var redrawn: (@Sendable () -> Tensor)?
    /// The same samples in the strong view, drawn once for all passes; nil where they have none.
    public var strong: ImagesOnDemand?
    /// Draws images of other samples, each of the class of the batch's; nil where no term asks for
    /// them.
    public var partners: (@Sendable (RandomKey) -> Tensor)?

    /// Whether the learner wrote the samples itself.
    var isWritten = false

    /// N.
    public var count: Int { images.shape[0] }

    /// The labels of the rows that count; nil where there are none.
    var countedLabels: [Int]? {
        guard let labels, let counted else { return labels }
        return counted.isEmpty ? nil : counted.map { labels[$0] }
    }

    /// The labels by which teaching judges the samples: a mixed sample has no single one.
    var teachingLabels: [Int]? { mixed == nil ? labels : nil }

    /// What the rows of logits are called by a loss that remembers them: the numbers of the
    /// samples, or where each has several rows a number for each of these.
    func numbers(rowsPerSample: Int) -> [Int]? {
        guard rowsPerSample > 1 else { return samples }
        return samples?.flatMap { $0 * rowsPerSample..<($0 + 1) * rowsPerSample }
    }
}

/// The other label of each sample that is mixed of two.
public struct MixedLabels: Sendable {
    /// The N labels.
    public let labels: [Int]
    /// How much the samples' own labels count; the others count the rest.
    public let share: Float

    /// The label of each sample that counts more.
    func chief(of own: [Int]) -> [Int] { share < 0.5 ? labels : own }
}

/// The batches of one step: what the learner's own loss takes, and what the cohort teaches on.
public struct StepBatches: Sendable {
    /// Samples for the task loss.
    public var own: Batch
    /// Samples for the teaching terms; nil where both are one.
    public var common: Batch?

    /// The batch on which the learners teach one another.
    var teaching: Batch { common ?? own }

    /// The same with another batch to teach on.
    func teaching(on batch: Batch) -> StepBatches {
        common == nil
            ? StepBatches(own: batch, common: nil) : StepBatches(own: own, common: batch)
    }

    /// All images, the own batch first.
    var images: Tensor {
        common.map { .concatenating([own.images, $0.images]) } ?? own.images
    }

    /// As ``images``, by other crops and flips.
    var redrawnImages: Tensor {
        func redrawn(_ batch: Batch) -> Tensor { batch.redrawn?() ?? batch.images }
        return common.map { .concatenating([redrawn(own), redrawn($0)]) } ?? redrawn(own)
    }

    /// The samples in the strong view: those that the cohort teaches on, behind the learner's own
    /// where these count too.
    ///
    /// - Parameter countsOwn: whether the task loss takes the strong view.
    /// - Precondition: the samples have such a view.
    func strongImages(countsOwn: Bool) -> PassImages {
        func strong(_ batch: Batch) -> Tensor {
            guard let strong = batch.strong else { preconditionFailure("no strong view") }
            return strong.images
        }
        guard let common, countsOwn else {
            return PassImages(images: strong(teaching), rows: 0..<teaching.count)
        }
        return PassImages(
            images: .concatenating([strong(own), strong(common)]), rows: teachingRows)
    }

    /// The rows of ``images`` that the teaching terms take.
    var teachingRows: Range<Int> {
        common.map { own.count..<own.count + $0.count } ?? 0..<own.count
    }
}

/// What a forward pass takes.
struct PassImages {
    /// N×C×H×W.
    let images: Tensor
    /// The samples that the cohort teaches on.
    let rows: Range<Int>
}
