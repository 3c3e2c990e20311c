import Bytes
import Glibc
import Launching
import Orchestration
import Testing

/// Which process a failed launch names, and what the launcher exits with.
struct LaunchFailureTests {
    private let unavailable = ProcessEnd(name: "a", status: .exited(.unavailable))
    private let damaged = ProcessEnd(name: "b", status: .exited(.corruptData))

    @Test func theCulpritOutranksTheProcessThatEndedFirst() {
        let outcome = LaunchOutcome(
            ends: [unavailable, damaged], interruption: nil, firstFailure: unavailable)
        let failure = LaunchFailure(outcome, first: "b", departed: nil)
        #expect(failure.exitCode == .corruptData)
        #expect(failure.description == "\(damaged)")
    }

    /// A learner that reported a failure and yet ended well, or was lost, is no culprit.
    @Test(arguments: ["c", nil]) func withoutACulpritTheFirstEndCounts(first: String?) {
        let ends = [unavailable, ProcessEnd(name: "c", status: .exited(.success))]
        let outcome = LaunchOutcome(ends: ends, interruption: nil, firstFailure: unavailable)
        let failure = LaunchFailure(outcome, first: first, departed: "z")
        #expect(failure.exitCode == .unavailable)
        #expect(failure.description == "\(unavailable)")
        #expect(failure.departed == "z")
    }

    @Test func anInterruptedLaunchBlamesNoLearner() {
        let ends = ["a", "b"].map { ProcessEnd(name: $0, status: .exited(.preempted)) }
        let outcome = LaunchOutcome(ends: ends, interruption: SIGTERM, firstFailure: nil)
        let failure = LaunchFailure(outcome, first: "a", departed: nil)
        #expect(failure.exitCode == .preempted)
        #expect(failure.description == "interrupted by signal 15; run again to resume")
        let killed = LaunchOutcome(
            ends: ends + [ProcessEnd(name: "c", status: .signalled(SIGKILL))],
            interruption: SIGTERM, firstFailure: nil)
        let lasting = LaunchFailure(killed, first: "c", departed: nil)
        #expect(lasting.exitCode == .signal(SIGTERM))
        #expect(lasting.description == "interrupted by signal 15")
    }
}
