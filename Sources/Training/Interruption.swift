import Bytes
import Glibc

/// A signal asked the learner to stop.
public struct Interruption: ExitCodeError, Hashable, CustomStringConvertible {
    /// The number of the signal.
    public let signal: Int32

    /// An interruption by a signal.
    public init(signal: Int32) {
        self.signal = signal
    }

    /// 75 for TERM, by which machines are taken away, and 128 + the signal's number for others: a
    /// person's Ctrl-C is no reason to start again.
    public var exitCode: ExitCode { signal == SIGTERM ? .preempted : .signal(signal) }

    /// The signal, and whether the run can be resumed.
    public var description: String {
        let next = exitCode == .preempted ? "; run again to resume" : ""
        return "interrupted by signal \(signal)" + next
    }
}
