import Bytes
import Launching
import Testing

/// A script that runs until it is told to stop.
private let endless = "sleep 3600 & wait"

@Suite(.timeLimit(.minutes(1)))
struct LocalLauncherTests {
    @Test func everyLineOfBothStreamsArrives() async throws {
        let (outcome, events) = try await launch([
            script("a", "echo one; echo two >&2; printf 'thr'; printf 'ee\\nfour'")
        ])
        let output = events.compactMap {
            if case .output("a", let line) = $0 { line } else { nil }
        }
        #expect(output == ["one", "three", "four"])
        #expect(events.contains(.error(name: "a", line: "two")))
        #expect(outcome.exitCode == .success)
        #expect(outcome.firstFailure == nil)
    }

    @Test func aVeryLongLineArrivesWhole() async throws {
        let (_, events) = try await launch([
            script("a", "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end")
        ])
        let lengths = events.compactMap {
            if case .output(_, let line) = $0 { line.utf8.count } else { nil }
        }
        #expect(lengths == [3_000_000, 3])
    }

    @Test func theFirstFailureIsNamedAndStopsTheOthers() async throws {
        let (outcome, events) = try await launch([
            script("a", endless),
            script("b", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo word $i >&2; done; exit 69"),
            script("c", endless),
        ])
        #expect(outcome.firstFailure?.name == "b")
        #expect(outcome.firstFailure?.lastErrors == (3...12).map { "word \($0)" })
        #expect(outcome.exitCode == .unavailable)
        #expect(events.contains(.stopping(.failure(name: "b"))))
        #expect(outcome.ends.count == 3)
        for end in outcome.ends where end.name != "b" { #expect(end.isFailure) }
    }

    @Test func aLearnerKilledBySignalCountsAsFailed() async throws {
        let (outcome, _) = try await launch([
            script("a", endless), script("b", "kill -9 $$"),
        ])
        #expect(outcome.firstFailure?.status == .signalled(9))
        #expect(outcome.exitCode == .signal(9))
    }

    /// A shell that runs a program for a learner tells by its exit code that a signal ended it.
    @Test func aProgramOfAShellThatIsKilledIsStartedAgain() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        var shell = script("a", "test -e \(pipe.path)-1 || { touch \(pipe.path)-1; exit 137; }")
        shell.isShell = true
        var ends: [ProcessEvent] = []
        let outcome = try await LocalLauncher().run(
            ProcessPlan([shell], restarts: 1), signals: []
        ) { ends.append($0) }
        #expect(outcome.exitCode == .success)
        let restarts = ends.compactMap {
            if case .restarting(let end, _) = $0 { end.status } else { nil }
        }
        #expect(restarts == [.signalled(9)])
    }

    @Test func whoCanBeDoneWithoutIsLostAndStopsNoOne() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        let (outcome, events) = try await launch([
            script("a", "echo up > \(pipe.path); kill -9 $$", isOptional: true),
            script("b", "read up < \(pipe.path); exit 0"),
        ])
        #expect(events.contains(.lost(try #require(outcome.lost.first))))
        #expect(outcome.lost.map(\.status) == [.signalled(9)])
        #expect(outcome.ends.map(\.status) == [.exited(.success)])
        #expect(outcome.exitCode == .success)
    }

    @Test func whereNobodyIsLeftTheFirstLossIsTheFailure() async throws {
        let (outcome, _) = try await launch([script("a", "kill -9 $$", isOptional: true)])
        #expect(outcome.exitCode == .signal(9))
        #expect(outcome.firstFailure?.name == "a")
    }

    @Test func whoCanBeDoneWithoutStillStopsAllByAnErrorOfItsOwn() async throws {
        let (outcome, _) = try await launch([
            script("a", "exit 70", isOptional: true), script("b", endless),
        ])
        #expect(outcome.exitCode == .failure)
    }

    @Test func oneThatEndsWellStopsNoOne() async throws {
        let (outcome, _) = try await launch([
            script("a", "exit 0"), script("b", "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done"),
        ])
        #expect(outcome.ends.map(\.status) == [.exited(.success), .exited(.success)])
    }

    @Test func whatIgnoresTermIsKilledAfterTheGrace() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        let (outcome, _) = try await launch(
            [
                script("a", "trap '' TERM; echo up > \(pipe.path); while :; do sleep 3600; done"),
                script("b", "read up < \(pipe.path); exit 1"),
            ], grace: .milliseconds(100))
        #expect(outcome.ends.map(\.status) == [.exited(ExitCode(rawValue: 1)), .signalled(9)])
        #expect(outcome.exitCode == .signal(-127))
    }

    @Test func theGraceLetsALearnerSave() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        let (outcome, events) = try await launch([
            script("a", "trap 'echo saved; exit 75' TERM; echo up > \(pipe.path); \(endless)"),
            script("b", "read up < \(pipe.path); exit 1"),
        ])
        #expect(events.contains(.output(name: "a", line: "saved")))
        #expect(
            outcome.ends.map(\.status)
                == [.exited(ExitCode(rawValue: 1)), .exited(.preempted)])
        #expect(outcome.exitCode == .signal(-127))
    }

    @Test func grandchildrenDieWithTheirGroup() async throws {
        let pipe = try await NamedPipe()
        let (outcome, _) = try await launch([
            script(
                "a", "exec 3>\(pipe.path); (trap '' TERM; sleep 3600) & echo started >&3; exit 0")
        ])
        #expect(try await pipe.readToEnd() == "started\n")
        #expect(outcome.exitCode == .success)
    }

    @Test func processesGetOneBLASThreadAndTheirOwnEnvironment() async throws {
        var spec = script("a", "echo $OPENBLAS_NUM_THREADS $COLOUR $PWD ${HOME:+home}")
        spec.environment = ["COLOUR": "green"]
        spec.workingDirectory = "/"
        let (_, events) = try await launch([spec])
        #expect(events.contains(.output(name: "a", line: "1 green / home")))
    }

    @Test func aProgramThatIsMissingIsNamed() async throws {
        let (outcome, _) = try await launch([
            script("a", endless), ProcessSpec(name: "b", executable: "/nowhere/cohort"),
        ])
        #expect(outcome.firstFailure?.name == "b")
        #expect(outcome.exitCode == .missingFile)
        #expect("\(outcome.firstFailure ?? outcome.ends[0])".contains("/nowhere/cohort"))
    }

    @Test func anErrorOfTheCallerStopsEverything() async throws {
        struct Refused: Error {}
        let plan = ProcessPlan([script("a", "echo up; \(endless)")])
        await #expect(throws: Refused.self) {
            try await LocalLauncher().run(plan, signals: []) { event in
                if case .output = event { throw Refused() }
            }
        }
    }

    @Test func cancellationStopsEverything() async throws {
        let (ups, up) = AsyncStream<Void>.makeStream()
        let plan = ProcessPlan([script("a", "echo up; \(endless)")])
        let launching = Task {
            try await LocalLauncher().run(plan, signals: []) { event in
                if case .output = event { up.finish() }
            }
        }
        for await _ in ups {}
        launching.cancel()
        let outcome = try await launching.value
        #expect(outcome.ends.map(\.status) == [.signalled(15)])
        #expect(outcome.firstFailure == nil)
    }
}
