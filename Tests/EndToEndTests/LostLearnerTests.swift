import Foundation
import Testing

/// A learner that dies, stalls or never comes ends the run with its name, and never in a hang.
@Suite(.timeLimit(.minutes(3))) struct LostLearnerTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Runs three learners until all train, and sends one a signal.
    private func lose(
        _ learner: String, by signal: Int32, _ overrides: String...
    ) async throws -> Finished {
        let words = [
            "run", Shipped.demonstration, "runs=\(place.runs)", "training.steps=100000000",
            "compare.alone=false", "restarts=0",
        ]
        return try await Cohort.run(words + overrides, in: place) { launcher in
            try await launcher.areTraining(["a", "b", "c"])
            let started = try place.latest("digits-private").startedProcesses()
            guard let process = started[learner] else { throw Unexpected("no \(learner)") }
            kill(process, signal)
        }.finished
    }

    @Test func oneThatIsKilledIsNamed() async throws {
        let finished = try await lose("b", by: SIGKILL)
        #expect(finished.exitCode == .signal(SIGKILL))
        #expect(finished.complaint.contains("'b' was ended by signal 9"))
        #expect(try place.processes().isEmpty)
        let log = try place.text(place.latest("digits-private").launcherLog)
        #expect(log.contains("'b' was ended by signal 9"))
        let stopping = try #require(finished.errors.first { $0.hasPrefix("stopping all: ") })
        #expect(stopping.contains("'b'"), "in words, not as a value prints: \(stopping)")
    }

    @Test func oneThatIsKilledLeavesNoSocket() async throws {
        _ = try await lose("b", by: SIGKILL)
        #expect(try place.sockets().isEmpty)
    }

    @Test func oneThatDivergesIsNamedRatherThanThoseItTakesAlong() async throws {
        let finished = try await Cohort.run(
            [
                "run", Shipped.demonstration, "runs=runs", "compare.alone=false",
                "learners.c.training={optimizer: {rate: 1000}}", "learners.c.model=mlp",
                "learners.c.options=null",
            ], in: place)
        #expect(finished.exitCode == .failure)
        #expect(finished.complaint.contains("'c' ended with exit code 70"), "\(finished.complaint)")
        #expect(finished.complaint.contains("training.optimizer.rate"))
    }

    @Test func oneThatStallsIsNamedAndEnded() async throws {
        // As nobody's student, it keeps them waiting for what it teaches alone.
        let finished = try await lose(
            "c", by: SIGSTOP, "exchange.timeouts.step=2",
            "teaching=[{teach: {from: c, to: [a, b]}}]")
        #expect(finished.exitCode == .unavailable)
        #expect(
            finished.errors.last?.contains(/'c' .+ '[ab]' .*at step/) == true,
            "\(finished.complaint)")
        #expect(try place.processes().isEmpty)
        let log = try place.text(place.latest("digits-private").launcherLog)
        // Awake again, it hears of TERM and that the others have left, in either order.
        #expect(log.contains(/'c' ended with exit code (75|69)/), "\(log)")
    }

    @Test func oneThatNeverComesIsNamed() async throws {
        let finished = try await Cohort.run(
            [
                "run", try place.pair(), "learners.b.external=true",
                "exchange={transport: tcp, timeouts: {join: 1}}",
            ], in: place)
        #expect(finished.exitCode == .unavailable)
        #expect(finished.complaint.contains("'b' did not register within 1 s"))
        #expect(try place.processes().isEmpty)
    }
}
