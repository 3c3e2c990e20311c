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
        #expect(
            finished.output.first?.split(separator: " ")
                == ["learner", "accuracy", "NLL", "ECE", "F1", "top-5"])
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

    /// Records, stored answers and `cohort evaluate` agree.
    @Test func theScoresAreTheRecords() async throws {
        let run = try await train("compare.alone=true")
        let finished = try await Cohort.run(["evaluate", run.path, "--format", "json"], in: place)
        let text = finished.output.joined(separator: "\n")
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let learners = object?["learners"] as? [String: [String: Any]]
        #expect(object?["classes"] as? [String] == (0...9).map(String.init))
        #expect((object?["ensemble"] as? [String: Any])?["scores"] != nil)
        for name in ["a", "b"] {
            let records = try JSONLines.read(path: run.learner(name).metrics).records
            let last = records.compactMap { record in
                if case .epoch(let report) = record.body { report } else { nil }
            }.last
            let scores = try #require(last?.scores)
            let found = try JSONSerialization.data(
                withJSONObject: learners?[name]?["scores"] ?? [:])
            #expect(try JSONDecoder().decode(ClassScores.self, from: found) == scores)
            let answers = try HeldOutAnswers(contentsOf: run.learner(name).answers)
            #expect(answers.step == last?.step && answers.epoch == last?.epoch)
            let right = zip(answers.labels, answers.answers).count { $0 == $1 }
            #expect(Double(right) / Double(answers.count) == last?.testAccuracy)
            let alone = RunDirectory(path: run.path + "/alone").learner(name)
            #expect(FileManager.default.fileExists(atPath: alone.answers))
        }
    }

    @Test func classesHaveATable() async throws {
        let run = try await train()
        let finished = try await Cohort.run(["evaluate", run.path, "--classes"], in: place)
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        let start = try #require(rows.firstIndex { $0.first == "class" })
        #expect(rows[start] == ["class", "a", "b", "ensemble"])
        #expect(rows[(start + 1)...].compactMap(\.first) == (0...9).map(String.init))
        let both = try await Cohort.run(
            ["evaluate", run.path, "--classes", "--format", "json"], in: place)
        #expect(both.exitCode == .usage && both.complaint.contains("--classes"))
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
