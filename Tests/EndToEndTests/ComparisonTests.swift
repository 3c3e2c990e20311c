import Foundation
import Reporting
import Testing

/// `compare: {alone: true}` and `--seeds`: what teaching gained.
@Suite(.timeLimit(.minutes(3))) struct ComparisonTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(_ arguments: [String]) async throws -> Finished {
        let finished = try await Cohort.run(["run"] + arguments, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    private func startWeights(_ directory: RunDirectory, _ learner: String) throws -> String? {
        for record in try JSONLines.read(path: directory.learner(learner).metrics).records {
            if case .start(let report) = record.body { return report.weightsSHA256 }
        }
        return nil
    }

    @Test func theSameStudentsTrainAlone() async throws {
        _ = try await run([try place.pair(), "compare.alone=true"])
        let together = place.latest()
        let alone = RunDirectory(path: together.path + "/alone")
        for name in ["a", "b"] {
            let start = try #require(try startWeights(together, name))
            #expect(try startWeights(alone, name) == start)
            #expect(try alone.weights(of: name) != together.weights(of: name))
        }
    }

    @Test(arguments: ["digits-private", "digits-same-labels"])
    func aloneIsWhatACohortWithoutTeachingLearns(experiment: String) async throws {
        let words = [Shipped.path(experiment), "runs=\(place.runs)", "training.steps=20"]
        _ = try await run(words + ["name=taught"])
        _ = try await run(words + ["name=plain", "teaching=[]", "compare.alone=false"])
        let alone = RunDirectory(path: place.latest("taught").path + "/alone")
        for name in ["a", "b", "c"] {
            #expect(try alone.weights(of: name) == place.latest("plain").weights(of: name))
        }
    }

    @Test func theTableSaysWhatWasGained() async throws {
        let finished = try await run([try place.pair(), "compare.alone=true"])
        let summary = try Summary.read(from: place.latest().summary)
        for name in ["a", "b"] {
            let learner = try #require(summary.learners[name])
            let mutual = try #require(learner.testAccuracy)
            let alone = try #require(learner.aloneTestAccuracy)
            let row = try #require(finished.output.first { $0.hasPrefix(name + " ") })
            #expect(
                row.split(separator: " ").suffix(3) == [
                    String(format: "%.2f%%", alone * 100)[...],
                    String(format: "%.2f%%", mutual * 100)[...],
                    String(format: "%+.2f", (mutual - alone) * 100)[...],
                ])
        }
    }

    @Test func seedsEachHaveARunAndAGain() async throws {
        let finished = try await run([
            try place.pair(), "compare.alone=true", "seed=4", "--seeds", "2",
        ])
        let table = try #require(finished.output.lastIndex(of: ""))
        let rows = finished.output[(table + 1)...].map { $0.split(separator: " ") }
        #expect(rows.map { $0.first } == ["seed", "4", "5", "mean"])
        for row in rows[1...2] { #expect(row[3].wholeMatch(of: /[+−-]?[0-9.]+/) != nil) }
        let runs = try FileManager.default.contentsOfDirectory(atPath: place.runs + "/pair")
            .filter { $0 != "latest" }
            .map { try Summary.read(from: "\(place.runs)/pair/\($0)/summary.json").seed }
        #expect(runs.sorted() == [4, 5])
    }

    @Test func theLastSeedsThereAreCanBeRun() async throws {
        let finished = try await Cohort.run(
            ["run", try place.pair(), "seed=\(UInt64.max)", "training.steps=1", "--seeds", "2"],
            in: place)
        #expect(
            [.success, .usage, .configuration].contains(finished.exitCode), "\(finished.complaint)")
    }
}
