/// One thing that happens while a plan runs.
public enum ProcessEvent: Hashable, Sendable {
    case started(name: String, processIdentifier: Int32)
    /// A line of standard output, without its end.
    case output(name: String, line: String)
    /// A line of standard error, without its end.
    case error(name: String, line: String)
    case ended(ProcessEnd)
    /// It ended, and is started again; `limit` times at most.
    case restarting(ProcessEnd, limit: Int)
    /// It was killed too often, and the others go on without it.
    case lost(ProcessEnd)
    /// Everything is told to stop.
    case stopping(StopReason)
}

/// Why a launcher stops its processes.
public enum StopReason: Hashable, Sendable, CustomStringConvertible {
    /// This one failed first.
    case failure(name: String)
    /// The launcher got this signal.
    case signal(Int32)
    /// The launcher's own task was cancelled, or its caller threw.
    case cancelled

    public var description: String {
        switch self {
        case .failure(let name): "'\(name)' failed"
        case .signal(let number): "signal \(number)"
        case .cancelled: "the launcher was told to"
        }
    }
}
