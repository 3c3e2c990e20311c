import Bytes
import Glibc
import Launching
import Testing

/// What a launch exits with, by how its processes ended.
struct LaunchOutcomeTests {
    private func exitCode(
        _ statuses: [ProcessEnd.Status], interruption: Int32? = nil,
        firstFailure: ProcessEnd.Status? = nil
    ) -> ExitCode {
        LaunchOutcome(
            ends: statuses.enumerated().map { ProcessEnd(name: "l\($0)", status: $1) },
            interruption: interruption,
            firstFailure: firstFailure.map { ProcessEnd(name: "first", status: $0) }
        ).exitCode
    }

    /// Ended well, stopped in the middle, and stopped before it could catch the signal.
    static let resumable: [ProcessEnd.Status] = [
        .exited(.success), .exited(.preempted), .signalled(SIGTERM),
    ]

    @Test(arguments: resumable)
    func whatTermInterruptsGoesOnLater(_ status: ProcessEnd.Status) {
        #expect(exitCode([status], interruption: SIGTERM) == .preempted)
        #expect(exitCode([status] + Self.resumable, interruption: SIGTERM) == .preempted)
    }

    static let unresumable: [ProcessEnd.Status] = [
        .signalled(SIGKILL), .exited(.unavailable), .exited(.signal(15)),
        .notStarted("no such file"),
    ]

    @Test(arguments: unresumable)
    func oneThatCannotGoOnMakesItAnInterruption(_ status: ProcessEnd.Status) {
        #expect(exitCode(Self.resumable + [status], interruption: SIGTERM) == .signal(SIGTERM))
    }

    @Test(arguments: resumable + unresumable + [.exited(.signal(2)), .signalled(SIGINT)])
    func whatIntInterruptsIsNotResumed(_ status: ProcessEnd.Status) {
        #expect(exitCode([status], interruption: SIGINT) == .signal(SIGINT))
    }

    static let failures: [(ProcessEnd.Status, ExitCode)] = [
        (.exited(.failure), .failure), (.signalled(SIGKILL), .signal(SIGKILL)),
        (.notStarted("no such file"), .missingFile),
    ]

    @Test(arguments: failures, [nil, SIGTERM, SIGINT])
    func theFirstFailureComesBeforeAnInterruption(
        _ failure: (status: ProcessEnd.Status, code: ExitCode), _ interruption: Int32?
    ) {
        let code = exitCode(
            [failure.status] + Self.resumable, interruption: interruption,
            firstFailure: failure.status)
        #expect(code == failure.code)
    }

    @Test func withoutFailureAndInterruptionAllIsWell() {
        #expect(exitCode([.exited(.success), .exited(.success)]) == .success)
        #expect(exitCode([]) == .success)
    }
}
