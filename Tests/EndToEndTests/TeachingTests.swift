import Foundation
import Reporting
import Testing

/// Stages, frozen teachers and their recordings, as real processes.
@Suite(.timeLimit(.minutes(3))) struct TeachingTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Runs the program, which must succeed.
    private func cohort(_ arguments: String...) async throws -> Finished {
        let finished = try await Cohort.run(arguments, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    /// A teacher that is trained before two students, one of which has a shorter budget.
    private func staged() throws -> String {
        try place.write(
            """
            name: staged
            data: {set: digits, labels: 64}
            training: {steps: 12, batch: 16, evaluate: 2, interval: 4}
            learners:
              t: {model: resnet8, options: {width: 4}, training: {steps: 6}}
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}, training: {steps: 8}}
            teaching:
              - teach: {from: t, to: [a, b], staged: true}
              - mutual: {among: [a, b], codec: fp16}
              - edge: {from: t, to: a, loss: sp, taps: {from: layer3, to: features}, staged: true}
            compare: {alone: true}
            runs: \(place.runs)
            """, to: "staged.yaml")
    }

    /// The same students below a teacher that is there already.
    private func below(_ teacher: String, named name: String) throws -> String {
        try place.write(
            """
            name: \(name)
            data: {set: digits, labels: 64}
            training: {steps: 12, batch: 16, evaluate: 2, interval: 4}
            learners:
              t: {model: resnet8, options: {width: 4}, \(teacher)}
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}, training: {steps: 8}}
            teaching:
              - teach: {from: t, to: [a, b]}
              - mutual: {among: [a, b], codec: fp16}
              - edge: {from: t, to: a, loss: sp, taps: {from: layer3, to: features}}
            runs: \(place.runs)
            """, to: "\(name).yaml")
    }

    @Test func aStageFeedsTheNextAndALaterRun() async throws {
        _ = try await cohort("run", try staged())
        let first = place.latest("staged")
        let summary = try Summary.read(from: first.summary)
        #expect(summary.learners.mapValues(\.steps) == ["t": 6, "a": 12, "b": 8])
        #expect(summary.learners["t"]?.aloneTestAccuracy == nil)
        #expect(summary.learners["a"]?.aloneTestAccuracy != nil)
        #expect(FileManager.default.fileExists(atPath: first.stage(2).learner("t").metrics))
        // The same students, with the teacher's weights from that run, come to the same bits.
        _ = try await cohort(
            "run", try below("role: teacher, weights: \(first.path)", named: "later"))
        for name in ["a", "b"] {
            #expect(try place.latest("later").weights(of: name) == first.weights(of: name))
        }
    }

    @Test func aRecordingTeachesTheSameBitsAsItsTeacher() async throws {
        _ = try await cohort("run", try staged())
        let live = place.latest("staged")
        let teacher = "role: teacher, weights: \(live.path)"
        _ = try await cohort("record", try below(teacher, named: "recorded"))
        let recorded = place.latest("recorded")
        let shown = try await cohort("journal", recorded.learner("t").journal)
        #expect(shown.output.contains { $0.contains("logits") })
        _ = try await cohort("run", try below("source: \(recorded.path)", named: "replayed"))
        for name in ["a", "b"] {
            #expect(try place.latest("replayed").weights(of: name) == live.weights(of: name))
        }
        // Tested at other steps it teaches the same; of other samples it is refused.
        let file = try below("source: \(recorded.path)", named: "other")
        _ = try await cohort("run", file, "training.evaluate=1")
        #expect(try place.latest("other").weights(of: "a") == live.weights(of: "a"))
        let refused = try await Cohort.run(["run", file, "seed=2"], in: place)
        #expect(refused.exitCode == .configuration)
        #expect(refused.complaint.contains("the recording of 't'"))
    }

    @Test func aWholeCohortCanBeRecorded() async throws {
        _ = try await cohort("record", "--cohort", try place.pair())
        let recorded = place.latest()
        let file = try place.write(
            """
            name: replayed
            data: {set: digits, labels: 128}
            training: {steps: 16, batch: 16, interval: 4}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, source: \(recorded.path)}
            teaching:
              - teach: {from: b, to: a, loss: dml, temperature: 1}
            runs: \(place.runs)
            """, to: "replayed.yaml")
        _ = try await cohort("run", file)
        #expect(try place.latest("replayed").weights(of: "a") == recorded.weights(of: "a"))
    }

    /// What a teacher says in each stage is recorded in a place of its own, and found again.
    @Test func aRecordingHoldsEveryStage() async throws {
        _ = try await cohort("run", try staged())
        let weights = "role: teacher, weights: \(place.latest("staged").path)"
        func chain(_ teacher: String, named name: String) throws -> String {
            try place.write(
                """
                name: \(name)
                data: {set: digits, labels: 64}
                training: {steps: 8, batch: 16, evaluate: 0}
                learners:
                  t: {model: resnet8, options: {width: 4}, \(teacher)}
                  ta: {model: mlp, options: {hidden: [16]}, training: {steps: 4}}
                  s: {model: mlp, options: {hidden: [8]}}
                teaching:
                  - dense-chain: {path: [t, ta, s], staged: true}
                runs: \(place.runs)
                """, to: "\(name).yaml")
        }
        _ = try await cohort("run", try chain(weights, named: "live"))
        _ = try await cohort("record", try chain(weights, named: "kept"))
        let source = "source: \(place.runs)/kept/latest"
        // Under the same name, whose `latest` the new run becomes.
        _ = try await cohort("run", try chain(source, named: "kept"))
        for name in ["ta", "s"] {
            #expect(
                try place.latest("kept").weights(of: name) == place.latest("live").weights(of: name)
            )
        }
    }

    /// The order of learners, and one that has nothing to do with the others, change nothing for
    /// them.
    @Test func whoStandsFirstChangesNothing() async throws {
        func file(_ order: [String], named name: String) throws -> String {
            let learners = [
                "t": "t: {model: mlp, options: {hidden: [8]}, training: {batch: 8}}",
                "s": "s: {model: mlp, options: {hidden: [16]}}",
                "z": "z: {model: mlp, options: {hidden: [4]}, training: {batch: 32}}",
            ]
            return try place.write(
                """
                name: \(name)
                data: {set: digits, labels: 64}
                training: {epochs: 4, batch: 16, interval: 4}
                learners:
                  \(order.compactMap { learners[$0] }.joined(separator: "\n  "))
                teaching:
                  - teach: {from: t, to: s, staged: true, schedule: {burn-in: 1, in: epochs}}
                runs: \(place.runs)
                """, to: "\(name).yaml")
        }
        for (name, order) in [
            ("one", ["t", "s"]), ("two", ["s", "t"]), ("three", ["z", "t", "s"]),
        ] {
            _ = try await cohort("run", try file(order, named: name))
            #expect(try place.latest(name).weights(of: "s") == place.latest("one").weights(of: "s"))
        }
        let records = try JSONLines.read(path: place.latest("one").learner("s").metrics).records
        let terms = records.compactMap { record in
            if case .interval(let report) = record.body { report.terms["kd<t"]?.value } else { nil }
        }
        #expect(terms.count == 3 && terms.allSatisfy { $0 > 0 })
    }

    @Test func onlyATeacherWithWeightsIsRecordedAlone() async throws {
        let finished = try await Cohort.run(["record", try place.pair()], in: place)
        #expect(finished.exitCode == .configuration && finished.complaint.contains("--cohort"))
    }

    @Test func weightsThatAreNotThereAreNamed() async throws {
        let file = try below(
            "role: teacher, weights: \(place.path)/none.safetensors", named: "none")
        let finished = try await Cohort.run(["check", file], in: place)
        #expect(
            finished.exitCode == .missingFile && finished.complaint.contains("none.safetensors"))
    }

    @Test func runsOfSeveralSeedsAreCompared() async throws {
        let file = try place.pair()
        var runs: [String] = []
        for seed in 1...2 {
            _ = try await cohort(
                "run", file, "seed=\(seed)", "compare.alone=true", "runs=\(place.path)/\(seed)")
            runs.append("\(place.path)/\(seed)/pair/latest")
        }
        let finished = try await Cohort.run(["compare"] + runs + ["--over", "a:b"], in: place)
        #expect(finished.exitCode == .success)
        #expect(finished.output.contains { $0.hasPrefix("a  ") && $0.contains("±") })
        let accuracies = try runs.map { run in
            let learners = try Summary.read(from: "\(run)/summary.json").learners
            return (try #require(learners["a"]?.testAccuracy) - (learners["b"]?.testAccuracy ?? 0))
        }
        let words = accuracies.map { String(format: "%+.2f", $0 * 100) }
        let line = try #require(finished.output.first { $0.hasPrefix("a over b ") })
        #expect(line.contains(words.joined(separator: ", ")))
        let unknown = try await Cohort.run(["compare"] + runs + ["--over", "a:x"], in: place)
        #expect(unknown.exitCode == .configuration)
    }
}
