import Bytes
import Glibc

/// How one process ended.
public struct ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    /// Whether a process ran, and what ended it.
    public enum Status: Hashable, Sendable {
        case exited(ExitCode)
        /// Ended by this signal.
        case signalled(Int32)
        /// Never ran, for this reason.
        case notStarted(String)
        /// ssh could not reach this host, or lost it.
        case unreachable(String)
    }

    /// The process' name in its plan.
    public var name: String
    /// What ended it.
    public var status: Status
    /// The last lines that it wrote to standard error, at most ``keptErrors``.
    public var lastErrors: [String]
    /// How often the process had been started again before.
    public var restarts: Int

    /// How many lines of standard error are kept for the message of a failure.
    public static let keptErrors = 10

    /// The end of a process.
    public init(name: String, status: Status, lastErrors: [String] = [], restarts: Int = 0) {
        self.restarts = restarts
        self.name = name
        self.status = status
        self.lastErrors = lastErrors
    }

    /// Whether the process ended in any way but with code 0.
    public var isFailure: Bool { status != .exited(.success) }

    /// Whether another start may succeed: the process was killed, or wrote a checkpoint and
    /// stopped.
    public var isWorthRestarting: Bool {
        switch status {
        case .signalled, .unreachable: true
        case .exited(let code): code == .preempted
        case .notStarted: false
        }
    }

    /// The exit code, 128+N for signal N, 66 for a program that could not be started, 69 for a host
    /// that could not be reached.
    public var exitCode: ExitCode {
        switch status {
        case .exited(let code): code
        case .signalled(let number): .signal(number)
        case .notStarted: .missingFile
        case .unreachable: .unavailable
        }
    }

    /// `'b' ended with exit code 70; its last words:` and those words, a line each.
    public var description: String {
        let what =
            switch status {
            case .exited(let code): "ended with exit code \(code)"
            case .signalled(let number): "was ended by signal \(number)"
            case .notStarted(let reason): "could not be started: \(reason)"
            case .unreachable(let host): "is out of reach: could not reach \(host)"
            }
        let times = restarts == 1 ? "once" : "\(restarts) times"
        let before = restarts > 0 && isFailure ? ", after it had been started again \(times)" : ""
        guard !lastErrors.isEmpty else { return "'\(name)' \(what)\(before)" }
        return "'\(name)' \(what)\(before); its last words:\n"
            + lastErrors.map { "    \($0)" }.joined(separator: "\n")
    }
}

/// How a whole plan ended.
public struct LaunchOutcome: Hashable, Sendable {
    /// The processes in the order in which they ended, without those that were lost.
    public var ends: [ProcessEnd]
    /// The processes that the others went on without.
    public var lost: [ProcessEnd]
    /// The signal that asked the launcher itself to stop; nil where none did.
    public var interruption: Int32?
    /// The first process that failed before any was asked to end; the first that was lost, where no
    /// other is left.
    public var firstFailure: ProcessEnd?

    /// The end of a plan.
    public init(
        ends: [ProcessEnd], lost: [ProcessEnd] = [], interruption: Int32?,
        firstFailure: ProcessEnd?
    ) {
        self.ends = ends
        self.lost = lost
        self.interruption = interruption
        self.firstFailure = firstFailure
    }

    /// What the launcher exits with: the code of the first process that failed; 75 where TERM
    /// interrupted it and all processes can resume; 128+N where signal N interrupted it; or 0.
    public var exitCode: ExitCode {
        if let firstFailure { return firstFailure.exitCode }
        guard let interruption else { return .success }
        // A process that TERM ended had not begun, and left everything as it was.
        let isResumable = ends.allSatisfy {
            [.exited(.success), .exited(.preempted), .signalled(SIGTERM)].contains($0.status)
        }
        return interruption == SIGTERM && isResumable ? .preempted : .signal(interruption)
    }
}
