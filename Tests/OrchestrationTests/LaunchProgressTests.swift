import Bytes
import Launching
import Orchestration
import Reporting
import Testing

/// What the launcher makes of its processes' reports, and which of them it blames.
struct LaunchProgressTests {
    private var progress = LaunchProgress()

    /// The line by which a learner reports.
    private func line(_ learner: String, _ body: Record.Body) throws -> ProcessEvent {
        let record = Record(run: "r", learner: learner, role: "student", body)
        return .output(name: learner, line: JSONLines.line(record))
    }

    private func end(
        _ code: ExitCode, departed: String? = nil
    ) -> Record.Body {
        .end(
            EndReport(
                step: 7, seconds: 1, testAccuracy: nil, weightsSHA256: "", exitCode: code,
                departed: departed))
    }

    private func ended(_ name: String, _ status: ProcessEnd.Status) -> ProcessEvent {
        .ended(ProcessEnd(name: name, status: status))
    }

    @Test mutating func theFirstOwnReportOfAFailureIsBlamed() throws {
        _ = progress.add(try line("b", end(.corruptData)))
        // The process of another one ends earlier.
        _ = progress.add(ended("a", .exited(.unavailable)))
        _ = progress.add(ended("b", .exited(.corruptData)))
        #expect(progress.firstFailure == "b")
        #expect(progress.departed == nil)
    }

    @Test mutating func aProcessThatReportsNothingIsBlamedByItsEnd() throws {
        _ = progress.add(ended("b", .signalled(9)))
        _ = progress.add(try line("a", end(.unavailable, departed: "b")))
        #expect(progress.firstFailure == "b")
    }

    /// The last words of several processes arrive in any order.
    @Test mutating func theCauseIsFollowedToTheOneThatFailedByItself() throws {
        _ = progress.add(try line("a", end(.unavailable, departed: "b")))
        _ = progress.add(try line("b", end(.unavailable, departed: "c")))
        _ = progress.add(try line("c", end(.disk)))
        #expect(progress.firstFailure == "c")
        #expect(progress.departed == nil)
    }

    @Test mutating func aFailureByALearnerElsewhereNamesIt() throws {
        _ = progress.add(try line("a", end(.unavailable, departed: "z")))
        #expect(progress.firstFailure == "a")
        #expect(progress.departed == "z")
    }

    @Test mutating func aProcessThatIsStartedAgainIsNotBlamed() throws {
        _ = progress.add(try line("a", end(.preempted)))
        let killed = ProcessEnd(name: "a", status: .signalled(9), restarts: 1)
        #expect(
            progress.add(.restarting(killed, limit: 3))
                == .message("\(killed); starting it again (2 of 3)"))
        #expect(progress.firstFailure == nil)
        _ = progress.add(ended("b", .exited(.failure)))
        #expect(progress.firstFailure == "b")
    }

    @Test mutating func aRestartOfAnotherProcessClearsNoBlame() {
        _ = progress.add(ended("b", .exited(.failure)))
        _ = progress.add(.restarting(ProcessEnd(name: "a", status: .signalled(9)), limit: 3))
        #expect(progress.firstFailure == "b")
    }

    @Test mutating func aGoodEndIsNoFailure() throws {
        _ = progress.add(try line("a", end(.success)))
        _ = progress.add(ended("a", .exited(.success)))
        #expect(progress.firstFailure == nil)
        #expect(progress.results["a"]?.end?.step == 7)
    }

    @Test mutating func theLastReportOfEachKindIsKept() throws {
        let epochs = (1...3).map {
            EpochReport(
                epoch: $0, step: 8 * $0, trainAccuracy: 0, trainLoss: 0, testAccuracy: 0.5,
                testNLL: 0, seconds: 1)
        }
        progress.restore(epochs[0], of: "a")
        #expect(progress.results["a"]?.epoch == epochs[0])
        for epoch in epochs.dropFirst() { _ = progress.add(try line("a", .epoch(epoch))) }
        #expect(progress.results["a"]?.epoch == epochs[2])
        #expect(progress.results["a"]?.end == nil)
    }

    /// Only the log has what a person need not read at once.
    @Test mutating func whatIsShownDependsOnTheEvent() throws {
        #expect(
            progress.add(.started(name: "a", processIdentifier: 5))
                == .note("started 'a', process 5"))
        #expect(progress.add(.output(name: "a", line: "hello")) == .message("a: hello"))
        #expect(progress.add(.error(name: "a", line: "{}")) == .message("a: {}"))
        #expect(
            progress.add(.stopping(.failure(name: "a"))) == .message("stopping all: 'a' failed"))
        let lost = ProcessEnd(name: "a", status: .signalled(9))
        #expect(progress.add(.lost(lost)) == .message("\(lost); the others go on without it"))
        #expect(progress.firstFailure == nil)
        guard case .record(let record) = progress.add(try line("b", end(.success))) else {
            Issue.record("a record is shown as one")
            return
        }
        #expect(record.learner == "b")
    }
}
