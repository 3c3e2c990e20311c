/// How one process ended.
public struct ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    public enum Status: Hashable, Sendable {
        case exited(Int32)
        /// Ended by this signal.
        case signalled(Int32)
        /// Never ran, for this reason.
        case notStarted(String)
    }

    public var name: String
    public var status: Status
    /// The last lines that it wrote to standard error, at most ``keptErrors``.
    public var lastErrors: [String]

    /// How many lines of standard error are kept for the message of a failure.
    public static let keptErrors = 10

    public init(name: String, status: Status, lastErrors: [String] = []) {
        self.name = name
        self.status = status
        self.lastErrors = lastErrors
    }

    public var isFailure: Bool { status != .exited(0) }

    /// The exit code, 128+N for signal N, 66 for a program that could not be started.
    public var exitCode: Int32 {
        switch status {
        case .exited(let code): code
        case .signalled(let number): 128 + number
        case .notStarted: 66
        }
    }

    /// `'b' ended with exit code 70; its last words:` and those words, a line each.
    public var description: String {
        let what =
            switch status {
            case .exited(let code): "ended with exit code \(code)"
            case .signalled(let number): "was ended by signal \(number)"
            case .notStarted(let reason): "could not be started: \(reason)"
            }
        guard !lastErrors.isEmpty else { return "'\(name)' \(what)" }
        return "'\(name)' \(what); its last words:\n"
            + lastErrors.map { "    \($0)" }.joined(separator: "\n")
    }
}

/// How a whole plan ended.
public struct LaunchOutcome: Hashable, Sendable {
    /// Every process, in the order in which they ended.
    public var ends: [ProcessEnd]
    /// The signal with which the launcher itself was told to stop, if it was.
    public var interruption: Int32?
    /// The first process that failed before anything was told to stop.
    public var firstFailure: ProcessEnd?

    public init(ends: [ProcessEnd], interruption: Int32?, firstFailure: ProcessEnd?) {
        self.ends = ends
        self.interruption = interruption
        self.firstFailure = firstFailure
    }

    /// What the launcher exits with: 128+N where signal N interrupted it (130, 143), the code of the
    /// first process that failed, or 0.
    public var exitCode: Int32 { firstFailure?.exitCode ?? interruption.map { 128 + $0 } ?? 0 }
}
