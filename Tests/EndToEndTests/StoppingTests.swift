import Foundation
import Testing

/// Whoever stops a run stops every process of it.
@Suite(.timeLimit(.minutes(3))) struct StoppingTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private var endless: [String] {
        get throws { ["run", try place.pair(), "training.steps=100000000"] }
    }

    /// Runs until both learners train, and sends the launcher signals.
    private func stop(
        _ arguments: [String], by signals: Int32...
    ) async throws -> Finished {
        let (learners, finished) = try await Cohort.run(arguments, in: place) { launcher in
            try await launcher.areTraining(["a", "b"])
            let learners = try place.latest().startedProcesses()
            for signal in signals { launcher.signal(signal) }
            return learners
        }
        #expect(learners.keys.sorted() == ["a", "b"])
        return finished
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalEndsEveryProcess(signal: Int32) async throws {
        let finished = try await stop(endless, by: signal)
        #expect(finished.exitCode == (signal == SIGTERM ? .preempted : .signal(signal)))
        #expect(finished.output.isEmpty)
        #expect(try place.processes().isEmpty)
        #expect(try place.sockets().isEmpty)
    }

    @Test func noFurtherSeedIsBegunAfterASignal() async throws {
        let finished = try await stop(endless + ["--seeds", "3"], by: SIGINT)
        #expect(finished.exitCode == .signal(SIGINT))
        let runs = try FileManager.default.contentsOfDirectory(atPath: place.runs + "/pair")
        #expect(runs.count == 2, "a run and latest: \(runs)")
    }

    @Test func aRunThatStillWaitsForALearnerIsStopped() async throws {
        let (_, finished) = try await Cohort.run(
            [
                "run", try place.pair(), "learners.b.external=true", "exchange.transport=tcp",
                "exchange.timeouts.join=600",
            ],
            in: place
        ) { launcher in
            try await launcher.line { $0.hasPrefix("a: start") }
            launcher.signal(SIGINT)
        }
        #expect(finished.exitCode == .signal(SIGINT))
        #expect(try place.processes().isEmpty)
    }

    @Test func learnersEndWithALauncherThatIsKilled() async throws {
        let finished = try await stop(endless, by: SIGKILL)
        #expect(finished.exitCode == .signal(SIGKILL))
        #expect(try await place.isDeserted(within: .seconds(5)))
        for name in ["a", "b"] {
            let log = try place.text(place.latest().learner(name).log)
            #expect(log.contains("exit 75: its launcher is gone; run again to resume"))
        }
    }
}
