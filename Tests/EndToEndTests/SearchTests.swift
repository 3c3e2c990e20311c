import Foundation
import Orchestration
import Reporting
import Testing

/// `cohort search graph`, as real processes at a small size.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Two kinds of learners, a few steps, and validation samples.
    private func configuration(steps: Int = 16, validation: String = "validation: 100") throws
        -> String
    {
        try place.write(
            """
            name: searched
            data: {set: digits, labels: 128, \(validation)}
            training: {steps: \(steps), batch: 16, evaluate: 0, interval: 4}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}}
            runs: \(place.runs)
            """, to: "searched.yaml")
    }

    private func words(_ file: String, _ more: [String] = []) -> [String] {
        ["search", "graph", file, "--target", "a", "--nodes", "3", "--trials", "5"] + more
    }

    private var folder: String { "\(place.runs)/searched-search" }

    private func trials() throws -> [SearchTrial] {
        try place.text("\(folder)/trials.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(SearchTrial.self, from: Data($0.utf8))
        }
    }

    @Test func theBestOfManyGraphsRuns() async throws {
        let finished = try await Cohort.run(words(try configuration()), in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        // 5, 3, 2 and 1 graphs, with an eighth, a quarter, a half and all of the steps.
        let trials = try trials()
        #expect((0..<4).map { round in trials.count { $0.round == round } } == [5, 3, 2, 1])
        #expect(trials.filter { $0.round == 0 }.allSatisfy { $0.share == 0.125 })
        // The first two are the target alone and all gates through.
        #expect(trials.first { $0.trial == 0 }?.edges == ["labels→a through"])
        #expect(trials.first { $0.trial == 1 }?.edges.count == 9)
        for round in 0..<3 {
            let ranked = trials.filter { $0.round == round }.sorted { $0.isBetter(than: $1) }
            let next = Set(trials.filter { $0.round == round + 1 }.map(\.trial))
            #expect(Set(ranked.prefix(next.count).map(\.trial)) == next)
        }
        let best = try #require(trials.first { $0.round == 3 })
        #expect(finished.output.count == 6)
        #expect(finished.output[1].split(separator: " ").prefix(2) == ["1", "\(best.trial)"])
        // The accuracy is the one on the validation samples, as `evaluate` finds it.
        let run = try #require(best.run)
        let scored = try await Cohort.run(
            ["evaluate", run, "--split", "validation", "--learner", "a"], in: place)
        let percent = String(format: "%.2f%%", try #require(best.accuracy) * 100)
        #expect(scored.output.contains { $0.contains(percent) }, "\(scored.output)")
        // The winner is a configuration, and comes to the weights that the last round had.
        let again = try await Cohort.run(["run", "\(folder)/best.yaml"], in: place)
        try #require(again.exitCode == .success, "\(again.complaint)")
        #expect(
            try place.latest("searched-best").weights(of: "a")
                == RunDirectory(path: run).weights(of: "a"))
    }

    /// Killed and stopped on the way, it goes on, and comes to what a search without a break does.
    @Test(arguments: [SIGTERM, SIGKILL])
    func anInterruptedSearchGoesOn(signal: Int32) async throws {
        let file = try configuration(steps: 64)
        let words = words(file, ["--rounds", "2", "--format", "json"])
        let whole = try await Cohort.run(
            words + ["--directory", "\(place.path)/whole"], in: place)
        try #require(whole.exitCode == .success, "\(whole.complaint)")
        let (_, broken) = try await Cohort.run(words, in: place) { running in
            for await line in running.errors where line.contains("trial 1: ") && line.contains("%")
            {
                break
            }
            kill(running.identifier, signal)
        }
        #expect(broken.exitCode == (signal == SIGTERM ? .preempted : .signal(SIGKILL)))
        #expect(try await place.isDeserted(within: .seconds(60)))
        let before = try trials()
        #expect(!before.isEmpty && before.count < 8)
        let resumed = try await Cohort.run(words, in: place)
        try #require(resumed.exitCode == .success, "\(resumed.complaint)")
        let after = try trials()
        #expect(Array(after.prefix(before.count)) == before && after.count == 8)
        #expect(try results(resumed) == results(whole))
    }

    /// What does not depend on times and places.
    private func results(_ finished: Finished) throws -> [SearchTrial] {
        try finished.output.map { line in
            var trial = try JSONDecoder().decode(SearchTrial.self, from: Data(line.utf8))
            (trial.seconds, trial.run) = (0, nil)
            return trial
        }
    }

    @Test func anotherSearchInTheSameFolderIsRefused() async throws {
        let file = try configuration(steps: 4)
        let first = try await Cohort.run(words(file, ["--rounds", "1"]), in: place)
        try #require(first.exitCode == .success, "\(first.complaint)")
        let second = try await Cohort.run(
            words(file, ["--rounds", "1", "--search-seed", "2", "training.batch=8"]), in: place)
        #expect(second.exitCode == .configuration)
        #expect(
            second.complaint.contains("begun otherwise (--seed, the configuration)"),
            "\(second.complaint)")
    }

    @Test(arguments: [
        ("validation: 0", [], "set data.validation"),
        ("validation: 100", ["--target", "z"], "unknown learner 'z'"),
        ("validation: 100", ["learners.b.external=true", "exchange.transport=tcp"], "is external"),
        ("validation: 100", ["--edge", "{loss: kdd}"], "unknown loss 'kdd'"),
        ("validation: 100", ["--edge", "{gate: linear}"], "options other than from, to, gate"),
        ("validation: 100, labels: {each: 20, private: true}", [], "private labels"),
    ])
    func whatCannotBeSearchedIsRefused(
        data: String, words more: [String], complaint: String
    ) async throws {
        let file = try configuration(
            validation: data.replacing(", labels: {each: 20, private: true}", with: ""))
        let isPrivate = data.contains("private")
        let finished = try await Cohort.run(
            ["search", "graph", file]
                + (more.contains("--target") ? [] : ["--target", "a"]) + more
                + (isPrivate ? ["data.labels={each: 20, private: true}"] : []), in: place)
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains(complaint), "\(finished.complaint)")
    }
}
