import Bytes
import Exchange
import Reporting
import Training

/// The life of a node's process, of any kind: join, take every step, end.
///
/// A kind of node opens what it needs and hands it over as ``NodeParts``; see ``NodeKind``.
public struct NodeProcess {
    private let parts: NodeParts
    private let signals: any NodeSignals

    /// Opens a node of a kind.
    ///
    /// - Parameter signals: makes the signals of this process.
    /// - Throws: what keeps the node from beginning, as an ``ExitCodeError``.
    public init<Kind: NodeKind>(
        _ kind: Kind, _ configuration: ExperimentConfiguration, signals: NodeSignalsMaker
    ) throws {
        parts = try kind.open(configuration)
        let exchange = parts.exchange
        self.signals = signals { interruption in
            exchange?.cancel(
                ExchangeFailure(exitCode: interruption.exitCode, message: "\(interruption)"))
        }
    }

    /// Runs to the end, and reports how it ended.
    ///
    /// - Throws: what ended the run early; the learner's reports and its neighbours then have it
    ///   too.
    public func run() throws {
        defer { withExtendedLifetime(parts.lock) {} }
        let (parts, signals) = (parts, signals)
        var runner = NodeRunner(
            parts.program(signals.check), exchange: parts.exchange, checkInterruption: signals.check
        ) { program in
            try parts.observer.stepped(program, isRequested: signals.takeCheckpointRequest())
        }
        do {
            try parts.observer.begins(runner.program)
            try runner.run()
            try parts.observer.ended(runner.program)
        } catch {
            throw end(runner.program, by: error)
        }
    }

    /// Ends a run that was interrupted, which can be resumed, or that failed.
    ///
    /// - Returns: what the process ends by.
    private func end(_ program: any NodeProgram, by cause: any Error) -> any Error {
        var error = cause
        if let interruption = signals.interruption {
            error = interruption
            do { try parts.observer.interrupted(program) } catch let problem { error = problem }
        }
        // The launcher receives the cause before the neighbours fail by it.
        parts.observer.failed(program, by: error)
        // Neighbours of a node that will be resumed go on waiting for it.
        if ExitCode(of: error) != .preempted {
            parts.exchange?.leave(reason: "\(error)")
        }
        return error
    }
}

/// What a kind of node has opened for its process.
public struct NodeParts {
    /// How the node reaches its neighbours; nil for a learner that trains alone.
    let exchange: (any KnowledgeExchange)?
    /// Keeps other processes from the node's directory as long as this is held.
    let lock: DirectoryLock
    /// Writes reports and checkpoints.
    let observer: any NodeObserver
    /// Makes the program.
    let program: (_ checkInterruption: @escaping () throws -> Void) -> any NodeProgram
}

/// A kind of node that a process can be: a new one is one file, and one line in ``NodeKinds``.
public protocol NodeKind: SendableMetatype {
    /// The word by which `cohort list nodes` names the kind.
    static var name: String { get }
    /// What a node of the kind does, in one line.
    static var summary: String { get }

    /// Opens the node's directory, its exchange and its program.
    func open(_ configuration: ExperimentConfiguration) throws -> NodeParts
}

/// The kinds of nodes that there are.
public enum NodeKinds {
    /// Each kind, in the order in which `cohort list nodes` shows them.
    public static let all: [any NodeKind.Type] = [
        LearnerNode.self, InputTeacherNode.self, RelayNode.self,
    ]
}

/// What follows a program from outside: its reports and checkpoints.
protocol NodeObserver {
    /// Called before the node joins its cohort.
    func begins(_ program: any NodeProgram) throws
    /// Called after each step.
    ///
    /// - Parameter isRequested: whether a checkpoint was requested.
    func stepped(_ program: any NodeProgram, isRequested: Bool) throws
    /// Called when the program has taken all its steps.
    func ended(_ program: any NodeProgram) throws
    /// Called when a signal stopped the program, which can be resumed.
    func interrupted(_ program: any NodeProgram) throws
    /// Called last where the program did not end well.
    func failed(_ program: any NodeProgram, by error: any Error)
}

extension NodeObserver {
    func begins(_ program: any NodeProgram) throws {}
    func stepped(_ program: any NodeProgram, isRequested: Bool) throws {}
    func ended(_ program: any NodeProgram) throws {}
    func interrupted(_ program: any NodeProgram) throws {}
    func failed(_ program: any NodeProgram, by error: any Error) {}
}
