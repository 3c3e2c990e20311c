import Datasets
import Exchange

/// All data of one learner: the batches that it trains and teaches on, and the held-out samples
/// that it is tested on, all in the learner's view.
public struct LearnerData: Sendable {
    /// Batches for the task loss.
    public var own: any BatchSource
    /// Batches that the cohort teaches on; nil where these are the learner's own.
    public var common: (any BatchSource)?
    /// The epochs that the cohort counts.
    public var clock: EpochClock
    /// Samples to test on.
    public var test: HeldOutData
    /// Samples kept from training to choose settings by.
    public var validation: HeldOutData?
    /// How all these samples' pixels are normalized.
    public var normalization: Normalization

    /// The data of a learner.
    public init(
        own: any BatchSource, common: (any BatchSource)?, clock: EpochClock, test: HeldOutData,
        validation: HeldOutData? = nil, normalization: Normalization
    ) {
        self.own = own
        self.common = common
        self.clock = clock
        self.test = test
        self.validation = validation
        self.normalization = normalization
    }

    /// The source of the batches that the cohort teaches on.
    var teachingSource: any BatchSource { common ?? own }

    /// Teaches on batches that a generator makes.
    ///
    /// - Parameter besides: whether the learner goes on to learn from its labelled samples.
    public mutating func take(_ made: MadeBatches, besides: Bool) {
        if besides { common = made } else { (own, common) = (made, nil) }
    }

    /// The same with batches that others make, as they arrive over an exchange.
    func received(over exchange: (any KnowledgeExchange)?) -> LearnerData {
        var data = self
        data.own = (own as? MadeBatches)?.received(over: exchange) ?? own
        data.common = common.map { ($0 as? MadeBatches)?.received(over: exchange) ?? $0 }
        return data
    }

    /// The batch that a learner teaches on at a step at which it does not learn.
    mutating func teachingBatch(at step: Int) throws -> Batch {
        try common?.batch(at: step) ?? own.batch(at: step)
    }

    /// The batches that a learner learns from at a step; nil where it has none: they are made, and
    /// none is due.
    ///
    /// - Parameter takesMade: whether a batch that is made is due.
    mutating func batches(at step: Int, takesMade: Bool) throws -> StepBatches? {
        guard !takesMade, teachingSource is MadeBatches else {
            return StepBatches(own: try own.batch(at: step), common: try common?.batch(at: step))
        }
        return own is MadeBatches ? nil : StepBatches(own: try own.batch(at: step), common: nil)
    }
}
