import Bytes
import Glibc

/// A signal asked the learner to stop, or its launcher has gone, which counts as TERM.
public struct Interruption: ExitCodeError, Hashable, CustomStringConvertible {
    /// The number of the signal.
    public let signal: Int32
    /// Whether nobody sent it: the process ends with its launcher.
    private let isOrphaned: Bool

    /// An interruption by a signal.
    public init(signal: Int32) {
        (self.signal, isOrphaned) = (signal, false)
    }

    private init() { (signal, isOrphaned) = (SIGTERM, true) }

    /// The process's launcher has ended without stopping it.
    public static let launcherGone = Interruption()

    /// 75 for TERM, by which machines are taken away, and 128 + the signal's number for others: a
    /// person's Ctrl-C is no reason to start again.
    public var exitCode: ExitCode { signal == SIGTERM ? .preempted : .signal(signal) }

    /// The cause, and whether the run can be resumed.
    public var description: String {
        let next = exitCode == .preempted ? "; run again to resume" : ""
        let cause = isOrphaned ? "its launcher is gone" : "interrupted by signal \(signal)"
        return cause + next
    }
}
