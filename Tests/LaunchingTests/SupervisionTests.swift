import Bytes
import Glibc
import Launching
import Testing

/// Which processes a launch stops, kills and starts again, decided without any process.
struct SupervisionTests {
    private typealias Action = Supervision.Action

    private func end(
        _ name: String, _ status: ProcessEnd.Status, restarts: Int = 0
    ) -> ProcessEnd {
        ProcessEnd(name: name, status: status, restarts: restarts)
    }

    /// A launch in which `a`, `b` and `c` lead the groups 11, 12 and 13; `c` runs on another host.
    private func launch(ignoresRepeats: Bool = false) -> Supervision {
        var launch = Supervision(ignoresRepeats: ignoresRepeats)
        #expect(
            launch.enter("a", group: 11, isRemote: false)
                == [.report(.started(name: "a", processIdentifier: 11))])
        _ = launch.enter("b", group: 12, isRemote: false)
        _ = launch.enter("c", group: 13, isRemote: true)
        return launch
    }

    private func stopping(_ reason: StopReason, _ groups: [Action]) -> [Action] {
        groups + [.report(.stopping(reason)), .killAfterGrace]
    }

    private let endA: [Action] = [.signal(SIGTERM, group: 11), .signal(SIGCONT, group: 11)]
    private let endB: [Action] = [.signal(SIGTERM, group: 12), .signal(SIGCONT, group: 12)]
    /// TERM would end ssh alone.
    private let endC: [Action] = [.endInput(name: "c"), .signal(SIGCONT, group: 13)]

    @Test func theFirstFailureStopsTheOthersAndIsBlamed() {
        var launch = launch()
        let failed = end("b", .exited(.unavailable))
        let (actions, restarts) = launch.leave(failed, limit: 3, isOptional: false)
        #expect(!restarts && !launch.isRunning)
        #expect(
            actions == [.signal(SIGKILL, group: 12), .report(.ended(failed))]
                + stopping(.failure(name: "b"), endA + endC))
        // What fails as it is stopped is not to blame, and is not started again.
        let stopped = end("a", .signalled(SIGTERM))
        #expect(launch.leave(stopped, limit: 3, isOptional: true).actions.count == 2)
        _ = launch.leave(end("c", .exited(.preempted)), limit: 3, isOptional: false)
        #expect(launch.outcome.firstFailure == failed)
        #expect(launch.outcome.exitCode == .unavailable)
        #expect(launch.outcome.ends.map(\.name) == ["b", "a", "c"])
    }

    @Test func aKilledProcessIsStartedAgainUntilItsLimit() {
        var launch = launch()
        for restarts in 0..<2 {
            let killed = end("a", .signalled(SIGKILL), restarts: restarts)
            let (actions, again) = launch.leave(killed, limit: 2, isOptional: false)
            #expect(again)
            #expect(
                actions == [
                    .signal(SIGKILL, group: pid_t(11 + 100 * restarts)),
                    .report(.restarting(killed, limit: 2)),
                ])
            _ = launch.enter("a", group: pid_t(111 + 100 * restarts), isRemote: false)
        }
        let last = end("a", .signalled(SIGKILL), restarts: 2)
        let (actions, again) = launch.leave(last, limit: 2, isOptional: false)
        #expect(!again && actions.contains(.report(.stopping(.failure(name: "a")))))
        #expect(launch.outcome.exitCode == .signal(SIGKILL))
        #expect("\(last)".contains("after it had been started again 2 times"))
    }

    @Test(arguments: [ProcessEnd.Status.exited(.failure), .notStarted("no such file")])
    func anErrorOfItsOwnIsNotTriedAgain(status: ProcessEnd.Status) {
        var launch = launch()
        let (_, again) = launch.leave(end("a", status), limit: 9, isOptional: true)
        #expect(!again && !launch.isRunning)
        #expect(launch.outcome.lost.isEmpty)
    }

    @Test(arguments: [ProcessEnd.Status.unreachable("node1"), .exited(.preempted)])
    func whatCanGoOnIsStartedAgain(status: ProcessEnd.Status) {
        var launch = launch()
        #expect(launch.leave(end("c", status), limit: 1, isOptional: false).restarts)
        #expect(launch.isRunning)
    }

    @Test func theOthersGoOnWithoutAnOptionalProcess() {
        var launch = launch()
        let killed = end("b", .signalled(SIGKILL), restarts: 1)
        let (actions, again) = launch.leave(killed, limit: 1, isOptional: true)
        #expect(!again && launch.isRunning)
        #expect(actions == [.signal(SIGKILL, group: 12), .report(.lost(killed))])
        _ = launch.leave(end("a", .exited(.success)), limit: 1, isOptional: true)
        #expect(launch.outcome.exitCode == .success)
        #expect(launch.outcome.lost == [killed])
    }

    @Test func whereAllAreLostTheFirstLossIsTheFailure() {
        var launch = Supervision()
        for name in ["a", "b"] {
            _ = launch.enter(name, group: 1, isRemote: false)
            _ = launch.leave(end(name, .signalled(SIGKILL)), limit: 0, isOptional: true)
        }
        #expect(launch.outcome.firstFailure?.name == "a")
        #expect(launch.outcome.exitCode == .signal(SIGKILL))
    }

    @Test func theFirstSignalStopsAllAndTheSecondKills() {
        var launch = launch()
        #expect(
            launch.interrupt(SIGINT) == stopping(.signal(SIGINT), endA + endB + endC))
        _ = launch.leave(end("a", .exited(.preempted)), limit: 3, isOptional: false)
        #expect(
            launch.interrupt(SIGTERM) == [
                .signal(SIGKILL, group: 12), .signal(SIGKILL, group: 13),
            ])
        #expect(launch.outcome.interruption == SIGINT)
        #expect(launch.outcome.exitCode == .signal(SIGINT))
    }

    @Test func aSchedulersSecondSignalHasNoEffect() {
        var launch = launch(ignoresRepeats: true)
        #expect(!launch.interrupt(SIGTERM).isEmpty)
        #expect(launch.interrupt(SIGTERM).isEmpty)
        for name in ["a", "b", "c"] {
            _ = launch.leave(end(name, .exited(.preempted)), limit: 3, isOptional: false)
        }
        #expect(launch.outcome.exitCode == .preempted)
    }

    @Test func aSignalAfterAFailureDoesNotHideTheFailure() {
        var launch = launch()
        _ = launch.leave(end("a", .exited(.disk)), limit: 0, isOptional: false)
        // The first signal asks for what is under way already.
        #expect(launch.interrupt(SIGTERM).isEmpty)
        #expect(launch.outcome.interruption == nil)
        #expect(launch.outcome.exitCode == .disk)
    }

    /// A process that was being started when all were stopped.
    @Test func whoComesLateIsStoppedAtOnce() {
        var launch = launch()
        _ = launch.stop(for: .cancelled)
        let started = Action.report(.started(name: "d", processIdentifier: 14))
        #expect(
            launch.enter("d", group: 14, isRemote: false)
                == [started, .signal(SIGTERM, group: 14), .signal(SIGCONT, group: 14)])
        _ = launch.killAll()
        #expect(
            launch.enter("d", group: 15, isRemote: false)
                == [
                    .report(.started(name: "d", processIdentifier: 15)),
                    .signal(SIGKILL, group: 15),
                ])
        #expect(launch.stop(for: .signal(SIGTERM)).isEmpty)
    }

    /// The launcher could not start it, so that it leads no group.
    @Test func aProcessThatNeverRanIsNotSignalled() {
        var launch = Supervision()
        let failed = end("a", .notStarted("no such file"))
        let (actions, _) = launch.leave(failed, limit: 0, isOptional: false)
        #expect(actions == [.report(.ended(failed))] + stopping(.failure(name: "a"), []))
        #expect(launch.outcome.exitCode == .missingFile)
    }
}
