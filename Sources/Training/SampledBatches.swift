import Datasets

/// Batches of a data set's samples: a pure function of the seed, the epoch and the step.
///
/// The gatherer chooses the view: the same sampler with another view's gatherer gives other images
/// of the same samples, under the same digests.
public struct SampledBatches: BatchSource {
    /// Which samples a step takes.
    public private(set) var sampler: Sampler
    private let gatherer: BatchGatherer
    private let areLabelled: Bool

    /// - Parameters:
    ///   - gatherer: of the set that the sampler's numbers belong to, in the learner's view.
    ///   - areLabelled: whether the labels may be used. Those of an unlabelled pool may not.
    public init(_ sampler: Sampler, _ gatherer: BatchGatherer, areLabelled: Bool = true) {
        self.sampler = sampler
        self.gatherer = gatherer
        self.areLabelled = areLabelled
    }

    public var batchSize: Int { sampler.batchSize }

    public var clock: EpochClock {
        EpochClock(samples: sampler.samples.count, batch: sampler.batchSize)
    }

    public mutating func batch(at step: Int) -> Batch {
        let samples = sampler.batch(step)
        let (images, labels) = gatherer.gather(samples)
        return Batch(
            images: images, labels: areLabelled ? labels : nil, samples: samples.samples,
            epoch: samples.epochs[0], digest: samples.digest)
    }

    public mutating func digest(at step: Int) -> UInt64 { sampler.batch(step).digest }

    public mutating func samples(at step: Int) -> SampleBatch? { sampler.batch(step) }
}
