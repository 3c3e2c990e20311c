import Bytes
import Foundation
import Reporting
import Testing

/// `cohort predict` by learners of a run that has ended.
@Suite(.timeLimit(.minutes(3))) struct PredictTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// A table of two classes apart, whose first column decides.
    ///
    /// - Parameter words: changes of the configuration.
    private func trained(_ words: [String] = []) async throws -> RunDirectory {
        let rows = (0..<40).map { "\($0 % 2 == 0 ? $0 : 100 + $0),\($0 % 2 == 0 ? "low" : "high")" }
        let file = try place.write("x,kind\n" + rows.joined(separator: "\n"), to: "rows.csv")
        let configuration = try place.write(
            """
            name: rows
            data: {set: table, options: {file: \(file), label: kind, test-share: 0.25}}
            training: {steps: 40, batch: 8, optimizer: {kind: sgd, rate: 0.1}}
            learners:
              a: {model: mlp, options: {hidden: [8]}}
              b: {model: mlp, options: {hidden: [4]}}
            teaching:
              - mutual: [a, b]
            runs: \(place.runs)
            """, to: "rows.yaml")
        let finished = try await Cohort.run(["run", configuration] + words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return place.latest("rows")
    }

    /// A learner in integers names the classes that one of floats does, by each
    /// method.
    @Test(arguments: ["lsq", "minmax", "dorefa"])
    func integersClassify(method: String) async throws {
        let run = try await trained(
            ["learners.a.options.hidden=[16, 16]", "learners.a.quantize=\(method)"])
        let new = try place.write("x\n3\n120\n17\n131\n", to: "new.csv")
        let a = try await place.predictions(run.path + "/a", new)
        #expect(a.map(\.class) == ["low", "high", "low", "high"])
    }

    @Test func rowsAreClassified() async throws {
        let run = try await trained()
        let new = try place.write("x\n3\n120\n", to: "new.csv")
        let a = try await place.predictions(run.path + "/a", new)
        #expect(a.map(\.class) == ["low", "high"])
        #expect(a.map(\.sample) == ["\(new), line 2", "\(new), line 3"])
        for line in a {
            #expect(abs(line.probabilities.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
            #expect(line.label == nil && line.probabilities.count == 2)
        }
        let b = try await place.predictions(run.path + "/learners/b", new)
        let both = try await place.predictions(run.path, "--ensemble", new, "--top", "1")
        for (mean, pair) in zip(both, zip(a, b)) {
            func probability(_ line: Prediction) -> Double {
                line.probabilities.first { $0.class == mean.class }?.probability ?? 0
            }
            let expected = (probability(pair.0) + probability(pair.1)) / 2
            #expect(mean.probabilities.count == 1)
            #expect(abs(probability(mean) - expected) < 1e-5)
        }
    }

    @Test func labelsAreShownAndSummedUp() async throws {
        let run = try await trained()
        let finished = try await Cohort.run(
            ["predict", run.path + "/a", "rows.csv", "--output", "told.txt"], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.output.isEmpty && finished.complaint.contains("wrote told.txt"))
        let table = try place.text("\(place.path)/told.txt").split(separator: "\n")
        #expect(
            table.first?.split(separator: " ").map(String.init) == [
                "sample", "label", "class", "probability", "2.", "probability",
            ])
        #expect(table.count == 42)
        #expect(table.last == "accuracy 100.00% of 40 labelled samples")
        #expect(finished.complaint.contains("accuracy 100.00%"))
    }

    @Test func whatCannotBeClassifiedIsNamed() async throws {
        let run = try await trained()
        let words = try place.write("x\n1\nmany\n", to: "words.csv")
        let refused: [(arguments: [String], code: ExitCode, word: String)] = [
            ([run.path + "/a", words], .corruptData, "line 3, column 'x': 'many' is no number"),
            ([run.path + "/a", "none.csv"], .missingFile, "none.csv: there is no such file"),
            ([run.path + "/z", words], .configuration, "unknown learner 'z': known: a, b"),
            ([run.path, words], .missingFile, "a run directory and a learner are needed"),
            ([run.path + "/a"], .usage, "files"),
            ([run.path + "/a", words, "--top", "0"], .usage, "--top"),
        ]
        for (arguments, code, word) in refused {
            let finished = try await Cohort.run(["predict"] + arguments, in: place)
            #expect(finished.exitCode == code, "\(arguments): \(finished.complaint)")
            #expect(finished.complaint.contains(word), "\(arguments): \(finished.complaint)")
        }
        // What new rows are read by is no longer what the run was trained on.
        _ = try place.write("x,kind\n" + "1,low\n9,high\n", to: "rows.csv")
        let changed = try await Cohort.run(["predict", run.path + "/a", "rows.csv"], in: place)
        #expect(changed.exitCode == .configuration)
        #expect(changed.complaint.contains("train again"), "\(changed.complaint)")
    }
}
