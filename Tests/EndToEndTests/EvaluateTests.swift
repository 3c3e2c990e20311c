import Bytes
import Foundation
import Reporting
import Testing

/// `cohort evaluate` of a run that has ended.
@Suite(.timeLimit(.minutes(3))) struct EvaluateTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func train(_ overrides: String...) async throws -> RunDirectory {
        let finished = try await Cohort.run(["run", try place.pair()] + overrides, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return place.latest()
    }

    /// The accuracies that a command prints, by row.
    private func accuracies(_ arguments: String...) async throws -> [String: String] {
        let finished = try await Cohort.run(["evaluate"] + arguments, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.output.first?.split(separator: " ") == ["learner", "accuracy", "NLL"])
        return Dictionary(
            uniqueKeysWithValues: finished.output.dropFirst().map { line in
                let cells = line.split(separator: " ").map(String.init)
                return (cells[0], cells[1])
            })
    }

    private func percent(_ accuracy: Double?) throws -> String {
        String(format: "%.2f%%", try #require(accuracy) * 100)
    }

    @Test func theScoresAreTheSummarys() async throws {
        let run = try await train("compare.alone=true")
        let summary = try Summary.read(from: run.summary)
        let expected = [
            "a": try percent(summary.learners["a"]?.testAccuracy),
            "b": try percent(summary.learners["b"]?.testAccuracy),
            "ensemble": try percent(summary.ensembleAccuracy),
        ]
        #expect(try await accuracies(run.path) == expected)
        #expect(try await accuracies(run.path, "--threads", "1") == expected)
        #expect(try await accuracies(run.path, "--learner", "b") == ["b": expected["b"]])
        let alone = RunDirectory(path: run.path + "/alone")
        let weights = try #require(alone.learner("a").latestCheckpoint).model
        #expect(
            try await accuracies(run.path, "--learner", "a", "--weights", weights) == [
                "a": try percent(summary.learners["a"]?.aloneTestAccuracy)
            ])
    }

    @Test func validationSamplesAreOthers() async throws {
        let run = try await train("data.validation=50")
        let scores = try await accuracies(run.path, "--split", "validation")
        for score in scores.values {
            let right = try #require(Double(score.dropLast())) * 50 / 100
            #expect(abs(right - right.rounded()) < 1e-6, "\(score) of 50 samples")
        }
        #expect(scores.keys.sorted() == ["a", "b", "ensemble"])
    }

    @Test func whatCannotBeScoredIsNamed() async throws {
        let run = try await train()
        let other = try #require(run.learner("b").latestCheckpoint).model
        let bytes = try Data(contentsOf: URL(fileURLWithPath: other))
        let cut = try place.write(bytes.dropLast(), to: "cut.safetensors")
        let refused: [(arguments: [String], code: ExitCode, word: String)] = [
            (["--learner", "a", "--weights", other], .corruptData, other),
            (["--learner", "b", "--weights", cut], .corruptData, cut),
            (["--learner", "a", "--weights", "none"], .missingFile, "none"),
            (["--learner", "z"], .configuration, "unknown learner 'z': known: a, b"),
            (["--split", "validation"], .configuration, "data.validation"),
        ]
        for (arguments, code, word) in refused {
            let finished = try await Cohort.run(["evaluate", run.path] + arguments, in: place)
            #expect(finished.exitCode == code)
            // The link to the newest run may be resolved in the message.
            let name = word.split(separator: "/").last ?? ""
            #expect(finished.errors.count { $0.hasPrefix("cohort: ") } == 1)
            #expect(finished.complaint.contains(name), "\(arguments): \(finished.complaint)")
        }
    }
}
