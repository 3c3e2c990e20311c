/// One thing that happens while a plan runs.
public enum ProcessEvent: Hashable, Sendable {
    /// A process runs.
    case started(name: String, processIdentifier: Int32)
    /// A line of standard output, without its end.
    case output(name: String, line: String)
    /// A line of standard error, without its end.
    case error(name: String, line: String)
    /// A process ended, and is not started again.
    case ended(ProcessEnd)
    /// A process ended, and is started again; `limit` times at most.
    case restarting(ProcessEnd, limit: Int)
    /// A process was killed too often, and the others go on without it.
    case lost(ProcessEnd)
    /// All processes are asked to end.
    case stopping(StopReason)
    /// Some time has passed: see ``ProcessPlan/tick``.
    case tick
}

/// Why a launcher stops its processes.
public enum StopReason: Hashable, Sendable, CustomStringConvertible {
    /// This process failed first.
    case failure(name: String)
    /// The launcher received this signal.
    case signal(Int32)
    /// The launcher's own task was cancelled, or its caller threw.
    case cancelled

    /// The reason in words: `'b' failed`.
    public var description: String {
        switch self {
        case .failure(let name): "'\(name)' failed"
        case .signal(let number): "signal \(number)"
        case .cancelled: "the launcher was cancelled"
        }
    }
}
