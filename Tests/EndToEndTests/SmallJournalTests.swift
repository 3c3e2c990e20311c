import Foundation
import Testing

/// Journals that hold less than is published between two checkpoints of the usual interval.
@Suite(.timeLimit(.minutes(2))) struct SmallJournalTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func cohort(_ command: String, _ words: String...) async throws -> Finished {
        try await Cohort.run(
            [command, try place.pair(), "training.steps=400"] + words, in: place)
    }

    /// It would be full before step 100, and the 1000 steps to the first checkpoint never done.
    @Test func checkpointsAreDueBeforeTheJournalIsFull() async throws {
        let usual = try await cohort("run", "name=usual")
        #expect(usual.exitCode == .success, "\(usual.complaint)")
        let small = try await cohort(
            "run", "exchange.journal=0.3", "checkpoints.keep=3")
        #expect(small.exitCode == .success, "\(small.complaint)")
        let said = /learner 'a': makes a checkpoint every (\d+) steps in place of 1000/
        let match = try #require(small.complaint.firstMatch(of: said))
        let interval = try #require(Int(match.1))
        #expect((5...40).contains(interval))
        let kept = place.latest().learner("a").committedCheckpoints.map(\.step)
        let last = 399 / interval * interval
        #expect(kept == [last - interval, last, 400])
        for name in ["a", "b"] {
            #expect(try place.latest().weights(of: name) == place.latest("usual").weights(of: name))
        }
    }

    @Test func checkShowsWhatIsPublishedAndHowMuchIsKept() async throws {
        let checked = try await cohort("check")
        #expect(checked.exitCode == .success)
        let start = try #require(checked.output.firstIndex(of: "exchange"))
        let row = try #require(checked.output[start...].first { $0.hasPrefix("a ") })
        // 16×10 logits at each step, 540×10 of the test samples every eighth: 3.3 to 3.5 KiB.
        #expect(row.contains("0.004 MiB"), "\(row)")
        #expect(row.hasSuffix("1000 steps"))
        let external = try await Cohort.run(
            ["check", try place.pair(), "--plan", "b", "exchange.journal=0.3"], in: place)
        #expect(!external.output.joined().contains("\"every\" : 1000"))
    }

    @Test(arguments: ["check", "run"])
    func aJournalThatHoldsTooLittleIsRefused(command: String) async throws {
        let refused = try await cohort(command, "exchange.journal=0.05")
        #expect(refused.exitCode == .configuration)
        let said = /exchange\.journal holds \d+ steps of what 'a' publishes.* at least ([\d.]+) MiB/
        let match = try #require(
            refused.complaint.firstMatch(of: said), "\(refused.complaint)")
        // What it names is enough.
        let enough = try await cohort("run", "exchange.journal=\(match.1)")
        #expect(enough.exitCode == .success, "\(enough.complaint)")
    }

    /// What is unlikely to be meant is said by the check and by the run.
    @Test(arguments: ["check", "run"])
    func remarksAreShown(command: String) async throws {
        let finished = try await cohort(
            command, "training.schedule={kind: step, at: [2], factor: 0.5}")
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("write `in: epochs` for epochs"))
    }
}
