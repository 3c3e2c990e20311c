import Bytes
import Datasets
import NeuralNetwork

/// Batches of a data set's samples: a pure function of the seed, the epoch and the step.
///
/// The gatherer chooses the view: the same sampler with another view's gatherer gives other images
/// of the same samples, under the same digests.
public struct SampledBatches: BatchSource {
    /// Which samples a step takes.
    public internal(set) var sampler: Sampler
    let gatherer: BatchGatherer
    private let areLabelled: Bool
    /// Nil where nobody asks for them.
    private let partners: ClassPartners?
    /// How samples are mixed with one another; nil for samples as they are.
    private let mixer: BatchMixer?

    /// - Parameters:
    ///   - gatherer: of the set that the sampler's numbers belong to, in the learner's view.
    ///   - areLabelled: whether the labels may be used. Those of an unlabelled pool may not.
    ///   - drawsPartners: whether batches can draw other samples of the same classes.
    ///   - mixer: mixes the samples of each batch; nil leaves them as they are.
    /// - Precondition: what draws partners is labelled.
    public init(
        _ sampler: Sampler, _ gatherer: BatchGatherer, areLabelled: Bool = true,
        drawsPartners: Bool = false, mixing mixer: BatchMixer? = nil
    ) {
        precondition(areLabelled || !drawsPartners, "partners are drawn by the labels")
        self.sampler = sampler
        self.gatherer = gatherer
        self.areLabelled = areLabelled
        self.mixer = mixer
        partners = drawsPartners ? ClassPartners(sampler.samples, gatherer) : nil
    }

    /// The label of every sample, in the order of the sampler's; nil where samples have several.
    public var labels: [Int]? {
        gatherer.labelsPerSample == 1 ? gatherer.labels(of: sampler.samples) : nil
    }

    /// The number of samples in every batch.
    public var batchSize: Int { sampler.batchSize }

    /// How the epochs of the stream pass.
    public var clock: EpochClock {
        EpochClock(samples: sampler.samples.count, batch: sampler.batchSize)
    }

    /// The batch of a step, counted from 0.
    public mutating func batch(at step: Int) -> Batch {
        let samples = sampler.batch(step)
        let (images, labels) = gatherer.gather(samples)
        let batch = Batch(
            images: images, labels: areLabelled ? labels : nil, counted: labels.labelledPlaces,
            samples: samples.samples,
            epoch: samples.epochs[0], digest: samples.digest,
            redrawn: redrawing(samples), strong: strengthening(samples),
            partners: drawingPartners(samples))
        return mix(of: samples).map(batch.mixed(by:)) ?? batch
    }

    private func mix(of samples: SampleBatch) -> BatchMix? {
        mixer?.mix(samples, shape: gatherer.shape)
    }

    /// Whether batches have a strong view.
    public var hasStrongView: Bool { gatherer.hasStrongView }

    private func strengthening(_ samples: SampleBatch) -> ImagesOnDemand? {
        guard gatherer.hasStrongView else { return nil }
        return ImagesOnDemand { [gatherer] in gatherer.strongView(samples) }
    }

    private func redrawing(_ samples: SampleBatch) -> (@Sendable () -> Tensor)? {
        guard gatherer.isRandom else { return nil }
        return { [gatherer] in gatherer.redraw(samples) }
    }

    private func drawingPartners(
        _ samples: SampleBatch
    ) -> (@Sendable (RandomKey) -> Tensor)? {
        guard let partners else { return nil }
        return { partners.images(of: samples, $0) }
    }

    /// The digest of the sample numbers of a step, and of how the samples are mixed.
    public mutating func digest(at step: Int) -> UInt64 {
        let samples = sampler.batch(step)
        return mix(of: samples)?.digest(of: samples.digest) ?? samples.digest
    }

    /// The sample numbers of any step; nil where samples are mixed, which have none.
    public mutating func samples(at step: Int) -> SampleBatch? {
        mixer == nil ? sampler.batch(step) : nil
    }
}
