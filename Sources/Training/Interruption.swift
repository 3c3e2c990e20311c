import Glibc

/// A signal asked the learner to stop.
public struct Interruption: Error, Hashable, CustomStringConvertible {
    /// The exit code of one that can be resumed: run it again.
    public static let preempted: Int32 = 75

    public let signal: Int32

    public init(signal: Int32) {
        self.signal = signal
    }

    /// 75 for TERM, by which machines are taken away, and 128 + the signal's number for others: a
    /// person's Ctrl-C is no reason to start again.
    public var exitCode: Int32 { signal == SIGTERM ? Self.preempted : 128 + signal }

    public var description: String {
        let next = exitCode == Self.preempted ? "; run again to resume" : ""
        return "interrupted by signal \(signal)" + next
    }
}
