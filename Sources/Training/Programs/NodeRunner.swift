import Exchange

/// Runs a node's program from its first step to its last.
public struct NodeRunner {
    /// The program after whole steps.
    public private(set) var program: any NodeProgram
    private let exchange: (any KnowledgeExchange)?
    private let checkInterruption: () throws -> Void
    private let stepped: (any NodeProgram) throws -> Void

    /// - Parameters:
    ///   - exchange: how the node reaches its neighbours; nil for a learner that trains alone.
    ///   - checkInterruption: called before each step; throws to end the run.
    ///   - stepped: called after each step, to write a checkpoint where one is due.
    public init(
        _ program: any NodeProgram, exchange: (any KnowledgeExchange)?,
        checkInterruption: @escaping () throws -> Void = {},
        stepped: @escaping (any NodeProgram) throws -> Void = { _ in }
    ) {
        self.program = program
        self.exchange = exchange
        self.checkInterruption = checkInterruption
        self.stepped = stepped
    }

    /// Joins, takes every step, and serves until no neighbour needs anything more.
    ///
    /// - Throws: what ends the run early; ``program`` then holds whole steps only.
    public mutating func run() throws {
        try exchange?.join()
        try program.begin()
        while !program.isDone {
            try checkInterruption()
            try program.takeStep()
            try stepped(program)
        }
        try exchange?.finish(lastStep: max(program.stepCount, 1) - 1)
    }
}
