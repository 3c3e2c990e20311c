import Foundation
import Reporting
import Testing

/// What a run leaves, read as a stranger would: by the names that the documents give.
@Suite(.timeLimit(.minutes(3))) struct RunDirectoryTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(_ overrides: String...) async throws -> Finished {
        let finished = try await Cohort.run(["run", try place.pair()] + overrides, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    private func json(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func everyFileIsThere() async throws {
        _ = try await run()
        let files = try FileManager.default.subpathsOfDirectory(atPath: place.latest().path + "/")
        let expected =
            ["config.yaml", "summary.json", "report.html", "convergence.log", "launcher.log"]
            + ["a", "b"].flatMap { name in
                [
                    "log.txt", "metrics.jsonl", "answers.safetensors",
                    "checkpoints/step-00000016/model.safetensors",
                ]
                .map { "learners/\(name)/\($0)" }
            }
        for file in expected { #expect(files.contains(file), "\(file)") }
        #expect(try place.sockets().isEmpty)
    }

    @Test func latestIsTheNewestAndEveryRunIsKept() async throws {
        let folder = place.runs + "/pair"
        var seen: [String] = []
        for _ in 0..<2 {
            _ = try await run("training.steps=2")
            seen.append(
                try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/latest"))
        }
        #expect(seen[0] != seen[1])
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder))
                == Set(seen + ["latest"])
        )
    }

    @Test func theSummaryHoldsEachLearner() async throws {
        _ = try await run("seed=3")
        let summary = try json(place.text(place.latest().summary))
        let learners = try #require(summary["learners"] as? [String: [String: Any]])
        #expect(learners.keys.sorted() == ["a", "b"])
        // 64 pixels, a hidden layer, ten classes, and the biases.
        #expect(learners["a"]?["parameters"] as? Int == 64 * 16 + 16 + 16 * 10 + 10)
        for learner in learners.values {
            #expect(learner["steps"] as? Int == 16)
            #expect(learner["model"] as? String == "mlp")
            #expect((learner["weights_sha256"] as? String)?.count == 64)
            let accuracy = try #require(learner["test_accuracy"] as? Double)
            #expect((0.2...1).contains(accuracy))
        }
        #expect(summary["seed"] as? Int == 3)
        #expect(summary["exit_code"] as? Int == 0)
        #expect(summary["ensemble_accuracy"] is Double)
    }

    @Test func metricsAreOneObjectALine() async throws {
        _ = try await run()
        let summary = try Summary.read(from: place.latest().summary)
        for name in ["a", "b"] {
            let lines = try place.text(place.latest().learner(name).metrics)
                .split(separator: "\n").map { try json($0) }
            #expect(
                lines.compactMap { $0["kind"] as? String } == [
                    "start", "interval", "interval", "epoch", "interval", "interval", "epoch",
                    "end",
                ])
            for line in lines {
                #expect(line["peer"] as? String == name && line["role"] as? String == "student")
                #expect(line["run"] as? String == summary.run && line["ts"] is Double)
            }
            let steps = lines.filter { $0["kind"] as? String == "interval" }
            #expect(steps.map { $0["step"] as? Int } == [4, 8, 12, 16])
            let peer = name == "a" ? "b" : "a"
            for line in steps {
                #expect((line["divergence"] as? [String: Double])?.keys.sorted() == [peer])
                #expect((line["agreement"] as? [String: Double])?.keys.sorted() == [peer])
            }
            // A peer may be a step ahead, so an interval may hold the knowledge of one more, or
            // fewer.
            let bytes = steps.compactMap { $0["bytes_from"] as? [String: Int] }
            #expect(bytes.map { $0.keys.sorted() } == Array(repeating: [peer], count: 4))
            #expect(bytes.allSatisfy { ($0[peer] ?? 0) > 3 * 16 * 10 * 4 })
            #expect(bytes.reduce(0) { $0 + ($1[peer] ?? 0) } > 16 * 16 * 10 * 4)
            #expect(
                lines.last?["weights_sha256"] as? String == summary.learners[name]?.weightsSHA256)
        }
    }

    @Test func theConvergenceLogHasAColumnForEachNumberAndALineForEachEpoch() async throws {
        _ = try await run()
        let lines = try place.text(place.latest().convergenceLog).split(separator: "\n")
        let header = try #require(lines.first).split(separator: "  ").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        #expect(
            header.filter { !$0.isEmpty } == [
                "time", "step", "epoch", "learner", "task", "change", "total", "KL(a)", "KL(b)",
                "=a",
                "=b", "rate", "ms/step", "ms wait", "for", "KB in", "KB out",
            ])
        for name in ["a", "b"] {
            let rows = lines.map { $0.split(separator: " ") }.filter {
                Int($0[1]) != nil && $0[3] == name
            }
            #expect(rows.map { $0[1] } == ["4", "8", "12", "16"])
            #expect(rows.map { $0[2] } == ["1", "1", "2", "2"])
            let times = rows.compactMap { try? Date(String($0[0]), strategy: .iso8601) }
            #expect(times.count == 4 && times == times.sorted())
            #expect(epochs(of: name, in: lines) == ["1", "2"])
        }
    }

    @Test func anEpochThatIsCutShortCounts() async throws {
        _ = try await run("training.steps=12")
        let lines = try place.text(place.latest().convergenceLog).split(separator: "\n")
        #expect(epochs(of: "a", in: lines) == ["1", "2"])
    }

    private func epochs(of learner: String, in lines: [Substring]) -> [String] {
        lines.compactMap { $0.wholeMatch(of: /[^ ]+  = epoch ([0-9]+)  ([a-z]+) .* test .*/) }
            .filter { $0.2 == learner }.map { String($0.1) }
    }

    @Test func standardOutputHoldsTheTableAlone() async throws {
        let finished = try await run()
        let summary = try Summary.read(from: place.latest().summary)
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.first == ["learner", "model", "parameters", "alone", "taught", "gain", "(points)"])
        let body = try ["a", "b"].map { name in
            let learner = try #require(summary.learners[name])
            let accuracy = try #require(learner.testAccuracy)
            return [
                name, "mlp",
                learner.parameters.formatted(.number.locale(Locale(identifier: "en_US"))),
                "-", String(format: "%.2f%%", accuracy * 100), "-",
            ]
        }
        #expect(Array(rows[1...2]) == body)
        #expect(rows.count == 4 && rows[3].first == "mean")
        #expect(finished.errors.contains { $0.hasPrefix("a: epoch 2") })
        #expect(finished.errors.allSatisfy { !$0.contains("\u{1B}") })
        #expect(finished.complaint.contains("results: \(place.runs)/pair/"))
    }

    @Test func theLauncherLogSaysWhoStartedAndHowEachEnded() async throws {
        _ = try await run()
        let log = try place.text(place.latest().launcherLog)
        #expect(try place.latest().startedProcesses().keys.sorted() == ["a", "b"])
        for name in ["a", "b"] { #expect(log.contains("'\(name)' ended with exit code 0")) }
    }
}
