import Glibc
import Launching
import Testing

/// What a launch exits with, by how its processes ended.
struct LaunchOutcomeTests {
    private func exitCode(
        _ statuses: [ProcessEnd.Status], interruption: Int32? = nil,
        firstFailure: ProcessEnd.Status? = nil
    ) -> Int32 {
        LaunchOutcome(
            ends: statuses.enumerated().map { ProcessEnd(name: "l\($0)", status: $1) },
            interruption: interruption,
            firstFailure: firstFailure.map { ProcessEnd(name: "first", status: $0) }
        ).exitCode
    }

    /// Ended well, stopped in the middle, and stopped before it could catch the signal.
    static let resumable: [ProcessEnd.Status] = [.exited(0), .exited(75), .signalled(SIGTERM)]

    @Test(arguments: resumable)
    func whatTermInterruptsGoesOnLater(_ status: ProcessEnd.Status) {
        #expect(exitCode([status], interruption: SIGTERM) == .preempted)
        #expect(exitCode([status] + Self.resumable, interruption: SIGTERM) == .preempted)
    }

    static let unresumable: [ProcessEnd.Status] = [
        .signalled(SIGKILL), .exited(69), .exited(143), .notStarted("no such file"),
    ]

    @Test(arguments: unresumable)
    func oneThatCannotGoOnMakesItAnInterruption(_ status: ProcessEnd.Status) {
        #expect(exitCode(Self.resumable + [status], interruption: SIGTERM) == 143)
    }

    @Test(arguments: resumable + unresumable + [.exited(130), .signalled(SIGINT)])
    func whatIntInterruptsIsNotResumed(_ status: ProcessEnd.Status) {
        #expect(exitCode([status], interruption: SIGINT) == 130)
    }

    static let failures: [(ProcessEnd.Status, Int32)] = [
        (.exited(70), 70), (.signalled(SIGKILL), 137), (.notStarted("no such file"), 66),
    ]

    @Test(arguments: failures, [nil, SIGTERM, SIGINT])
    func theFirstFailureComesBeforeAnInterruption(
        _ failure: (status: ProcessEnd.Status, code: Int32), _ interruption: Int32?
    ) {
        let code = exitCode(
            [failure.status] + Self.resumable, interruption: interruption,
            firstFailure: failure.status)
        #expect(code == failure.code)
    }

    @Test func withoutFailureAndInterruptionAllIsWell() {
        #expect(exitCode([.exited(0), .exited(0)]) == 0)
        #expect(exitCode([]) == 0)
    }
}
