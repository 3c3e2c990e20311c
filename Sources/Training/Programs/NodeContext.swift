import Exchange
import Reporting

/// What surrounds a program: its cohort, its reports and what may interrupt it.
public struct NodeContext {
    /// How the node reaches its neighbours; nil for a learner that trains alone.
    public var exchange: (any KnowledgeExchange)?
    /// Takes the records of the run, as they happen.
    public var report: (Record.Body) throws -> Void
    /// Called before each step and each batch of an evaluation; throws to end the run.
    public var checkInterruption: () throws -> Void

    /// The surroundings of a program; by default nothing interrupts it.
    public init(
        exchange: (any KnowledgeExchange)?, report: @escaping (Record.Body) throws -> Void,
        checkInterruption: @escaping () throws -> Void = {}
    ) {
        self.exchange = exchange
        self.report = report
        self.checkInterruption = checkInterruption
    }
}
