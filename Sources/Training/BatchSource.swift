import Datasets

/// Where the batches of a stream come from. One is chosen for each stream when a learner is
/// assembled.
///
/// A step takes its batches from a source without knowing its kind: ``SampledBatches`` computes
/// them from the seed and the step. A source may also receive them, which is why a batch may have
/// no labels, and no sample numbers.
///
/// All learners that teach one another on a stream have the same digest for a step. It covers the
/// numbers of the samples where these have numbers, so that learners may take different views of
/// the same samples; otherwise it covers the bytes of the images.
public protocol BatchSource: Sendable {
    /// The number of samples in every batch.
    var batchSize: Int { get }

    /// How the epochs of the stream pass.
    var clock: EpochClock { get }

    /// The batch of a step, counted from 0.
    ///
    /// - Throws: what kept a batch from arriving, where it is received.
    mutating func batch(at step: Int) throws -> Batch

    /// The digest of the batch of a step, for those that need no images.
    ///
    /// - Throws: as ``batch(at:)``.
    mutating func digest(at step: Int) throws -> UInt64

    /// The numbers of the samples of any step, also of one long past; nil where samples have none.
    mutating func samples(at step: Int) -> SampleBatch?
}
