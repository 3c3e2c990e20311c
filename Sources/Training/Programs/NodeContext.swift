import Exchange
import Reporting

/// What surrounds a program: its cohort, its reports and what may interrupt it.
public struct NodeContext {
    /// How the node reaches its neighbours; nil for a learner that trains alone.
    public var exchange: (any KnowledgeExchange)?
    /// Takes the records of the run, as they happen.
    public var report: (Record.Body) throws -> Void
    /// Stores the answers of each evaluation, in place of the earlier ones.
    package var store: (HeldOutAnswers) throws -> Void
    /// Called before each step and each batch of an evaluation; throws to end the run.
    public var checkInterruption: () throws -> Void

    /// The surroundings of a program; by default no answers are stored and nothing interrupts it.
    package init(
        exchange: (any KnowledgeExchange)?, report: @escaping (Record.Body) throws -> Void,
        store: @escaping (HeldOutAnswers) throws -> Void = { _ in },
        checkInterruption: @escaping () throws -> Void = {}
    ) {
        self.exchange = exchange
        self.report = report
        self.store = store
        self.checkInterruption = checkInterruption
    }
}

/// The intervals of a node's reports.
extension NodeContext {
    /// Begins an interval.
    func beginInterval() -> IntervalMeter { IntervalMeter(traffic: exchange?.traffic ?? [:]) }

    /// Reports an interval, and begins the next one.
    ///
    /// - Parameters:
    ///   - step: how many steps were done.
    ///   - epoch: the last one's, from 1.
    ///   - rate: the last one's; nil where nothing is learned.
    @discardableResult
    func endInterval(
        _ meter: inout IntervalMeter, step: Int, epoch: Int, rate: Float?
    ) throws -> IntervalReport {
        let traffic = exchange?.traffic ?? [:]
        let interval = meter.report(step: step, epoch: epoch, rate: rate, traffic: traffic)
        try report(.interval(interval))
        meter = IntervalMeter(traffic: traffic)
        return interval
    }
}
