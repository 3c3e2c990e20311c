import Datasets
import NeuralNetwork

/// A stream of samples with the images they stand for.
public struct BatchStream: Sendable {
    public private(set) var sampler: Sampler
    private let gatherer: BatchGatherer

    public init(_ sampler: Sampler, _ gatherer: BatchGatherer) {
        self.sampler = sampler
        self.gatherer = gatherer
    }

    /// The batch of a step, counted from 0.
    mutating func batch(at step: Int) -> Batch {
        let samples = sampler.batch(step)
        let (images, labels) = gatherer.gather(samples)
        return Batch(
            images: images, labels: labels, samples: samples.samples, epoch: samples.epochs[0],
            digest: samples.digest)
    }

    /// What identifies the samples of a step in a message.
    mutating func digest(at step: Int) -> UInt64 { sampler.batch(step).digest }

    /// How the stream's epochs pass.
    public var clock: EpochClock {
        EpochClock(samples: sampler.samples.count, batch: sampler.batchSize)
    }
}

/// Counts the epochs of a stream of batches.
public struct EpochClock: Hashable, Sendable {
    /// Samples of an epoch.
    public var samples: Int
    /// Samples of a step.
    public var batch: Int

    /// How often the stream has gone through all its samples when `step` steps are done.
    func epoch(after step: Int) -> Int { step * batch / samples }

    /// Whether the last of `step` steps ended an epoch.
    func endsEpoch(after step: Int) -> Bool { epoch(after: step) > epoch(after: step - 1) }

    /// How many steps go through all samples once, on average.
    public var stepsPerEpoch: Double { Double(samples) / Double(batch) }

    /// The fewest steps that go through all samples `epochs` times.
    public func steps(for epochs: Int) -> Int { (epochs * samples + batch - 1) / batch }
}

/// Samples that are only looked at: the test or the validation set.
public struct HeldOutData: Sendable {
    private let gatherer: BatchGatherer
    /// The class of every sample.
    public let labels: [Int]
    /// What identifies the samples in a message.
    let digest: UInt64
    private static let batch = 500

    /// All samples of a set, as they are.
    public init(_ set: SampleSet, normalization: Normalization) throws(DatasetError) {
        gatherer = try BatchGatherer(set, normalization: normalization)
        labels = set.labels
        digest =
            SampleBatch(
                step: 0, samples: Array(0..<set.count),
                epochs: Array(repeating: 0, count: set.count)
            ).digest
    }

    /// All samples in their order, a batch at a time.
    public var batches: some Sequence<Batch> {
        stride(from: 0, to: labels.count, by: Self.batch).lazy.map { start in
            let samples = start..<min(labels.count, start + Self.batch)
            let (images, labels) = gatherer.gather(samples)
            return Batch(
                images: images, labels: labels, samples: Array(samples), epoch: 0, digest: 0)
        }
    }
}

/// Everything that a learner sees.
public struct LearnerData: Sendable {
    /// Labelled samples for the task loss.
    public var own: BatchStream
    /// The unlabelled pool that the cohort teaches on; nil where it teaches on the labelled samples.
    public var common: BatchStream?
    /// Whether the common samples have labels that all may use.
    public var isCommonLabelled: Bool
    /// The epochs that the cohort counts.
    public var clock: EpochClock
    public var test: HeldOutData
    /// Samples kept from training to choose settings by.
    public var validation: HeldOutData?

    public init(
        own: BatchStream, common: BatchStream?, isCommonLabelled: Bool = false, clock: EpochClock,
        test: HeldOutData,
        validation: HeldOutData? = nil
    ) {
        self.own = own
        self.common = common
        self.isCommonLabelled = isCommonLabelled
        self.clock = clock
        self.test = test
        self.validation = validation
    }

    /// The samples that a learner that no longer learns teaches on.
    mutating func teachingBatch(at step: Int) -> Batch {
        common?.batch(at: step) ?? own.batch(at: step)
    }

    /// Which samples the cohort teaches on.
    var teachingSampler: Sampler { (common ?? own).sampler }

    mutating func batches(at step: Int) -> StepBatches {
        StepBatches(
            own: own.batch(at: step), common: common?.batch(at: step),
            isCommonLabelled: isCommonLabelled)
    }
}
