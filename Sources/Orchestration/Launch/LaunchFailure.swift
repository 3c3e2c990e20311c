import Bytes
import Launching

/// A launch in which a process failed, or that a signal interrupted.
package struct LaunchFailure: ExitCodeError, CustomStringConvertible {
    /// Which process failed, and how.
    package let description: String
    /// The exit code of the process that failed first, or what stands for the signal.
    package let exitCode: ExitCode
    /// The learner without which the process that failed first could not go on; nil where it failed
    /// by itself.
    package let departed: String?

    /// - Parameters:
    ///   - outcome: how all processes ended.
    ///   - first: the process that failed first by itself, where the reports name one.
    ///   - departed: the learner without which it could not go on.
    package init(_ outcome: LaunchOutcome, first: String?, departed: String?) {
        self.departed = departed
        let culprit =
            outcome.interruption == nil
            ? outcome.ends.first { $0.name == first && $0.isFailure } : nil
        exitCode = culprit?.exitCode ?? outcome.exitCode
        description =
            (culprit ?? outcome.firstFailure).map { "\($0)" }
            ?? outcome.interruption.map { signal in
                "interrupted by signal \(signal)"
                    + (outcome.exitCode == .preempted ? "; run again to resume" : "")
            } ?? "the launch failed"
    }
}
