import Foundation
import Reporting
import Testing

/// `cohort sweep`, as real processes at a small size.
@Suite(.timeLimit(.minutes(3))) struct SweepTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func configuration(_ data: String = "validation: 100") throws -> String {
        try place.write(
            """
            name: swept
            data: {set: digits, labels: 128, \(data)}
            training: {steps: 8, batch: 16, evaluate: 0}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}}
            runs: \(place.runs)
            """, to: "swept.yaml")
    }

    private func sweep(_ words: [String]) async throws -> Finished {
        try await Cohort.run(["sweep"] + words, in: place)
    }

    private var runs: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "\(place.runs)/swept").filter {
                $0 != "latest"
            }.sorted()
        }
    }

    @Test func everyCombinationIsTrainedOnce() async throws {
        let words = [
            try configuration(), "training.optimizer.rate=0.001,0.1",
            "learners.a.options.hidden=[8],[16, 8]", "--progress", "none",
        ]
        let finished = try await sweep(words)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.output.count == 6)
        #expect(finished.output[0] == "validation accuracy, ranked by mean")
        #expect(finished.output[1].split(separator: " ").suffix(3) == ["a", "b", "mean"])
        #expect(finished.complaint.contains("ranked by 100 validation samples"))
        #expect(finished.errors.last == "cohort: runs: \(place.runs)/swept")
        let before = try runs
        #expect(before.count == 4)
        // The same sweep trains nothing again; one more seed trains only that.
        let again = try await sweep(words)
        #expect(again.output == finished.output)
        #expect(try runs == before)
        let seeds = try await sweep(words + ["--seeds", "2", "--format", "json", "--by", "b"])
        try #require(seeds.exitCode == .success, "\(seeds.complaint)")
        #expect(try runs.count == 8)
        // The accuracies are those on the validation samples, as `evaluate` finds them.
        let line = try #require(seeds.output.first)
        let row = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        let scored = try await Cohort.run(
            ["evaluate", row.runs[0], "--learner", "b", "--split", "validation"], in: place)
        let accuracy = try #require(row.accuracies["b"]?.first)
        #expect(scored.output[1].contains(String(format: "%.2f%%", accuracy * 100)))
        let best = try seeds.output.map { line in
            let row = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            return (row.accuracies["b"] ?? []).reduce(0, +)
        }
        #expect(best == best.sorted(by: >))
    }

    private struct Line: Decodable {
        var accuracies: [String: [Double]]
        var runs: [String]
    }

    @Test func aCombinationThatDivergesComesLast() async throws {
        // Rate times decay multiplies the weights by −999 at each step.
        let words = [
            try configuration(), "--progress", "none", "training.steps=20",
            "training.optimizer.decay=1",
        ]
        let finished = try await sweep(words + ["training.optimizer.rate=1000,0.01"])
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("this combination failed and comes last"))
        #expect(finished.complaint.contains("training diverged at step"))
        let rows = finished.output.suffix(2).map { $0.split(separator: " ") }
        #expect(rows.first?.first == "0.01")
        #expect(rows.last?.dropFirst() == ["failed", "failed", "failed"])
        let all = try await sweep(words + ["training.optimizer.rate=1000,900"])
        #expect(all.exitCode == .failure)
        #expect(all.complaint.contains("training diverged at step"))
    }

    @Test func mistakesAreFoundBeforeAnythingIsTrained() async throws {
        let file = try configuration()
        let wrong = try await sweep([file, "training.batch=8,0", "learners.a.model=mlp,mpl"])
        #expect(wrong.exitCode == .configuration)
        #expect(wrong.complaint.contains("training.batch=0 on the command line"))
        #expect(wrong.complaint.contains("mpl"))
        let unknown = try await sweep([file, "training.batch=8,16", "--by", "c"])
        #expect(unknown.exitCode == .configuration)
        #expect(unknown.complaint.contains("no learner 'c' is compared"))
        #expect(!FileManager.default.fileExists(atPath: "\(place.runs)/swept"))
    }

    @Test func withoutValidationSamplesNothingIsRanked() async throws {
        let file = try configuration()
        let refused = try await sweep([file, "data.validation=null", "training.batch=8,16"])
        #expect(refused.exitCode == .configuration)
        #expect(refused.complaint.contains("set data.validation"))
    }
}
