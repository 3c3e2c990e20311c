import Foundation
import Reporting
import Testing

/// What a run follows from: settings and data that changed are named, and never mixed in silence.
@Suite(.timeLimit(.minutes(3))) struct ProvenanceTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func cohort(_ words: String...) async throws -> Finished {
        try await Cohort.run(words, in: place)
    }

    private func succeed(_ words: String...) async throws -> Finished {
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    private var runs: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: place.runs + "/pair")
                .filter { $0 != "latest" }.sorted()
        }
    }

    /// Ten classes of noise; `shift` turns the labels.
    private func labels(_ name: String, shift: Int) throws -> String {
        try place.write(
            IDXFile.bytes(dimensions: [200], (0..<200).map { UInt8(($0 + shift) % 10) }), to: name)
    }

    private func ownData() throws -> (file: String, words: [String]) {
        let images = try place.write(
            IDXFile.bytes(
                dimensions: [200, 4, 4], (0..<200 * 16).map { UInt8($0 * 37 % 251) }),
            to: "images.idx")
        let labels = try labels("labels.idx", shift: 0)
        let file = try place.write(
            """
            name: pair
            data: {set: idx, options: {images: \(images), labels: \(labels)}, validation: 40}
            training: {steps: 10000000, batch: 16, threads: 1}
            checkpoints: {every: 50}
            runs: \(place.runs)
            learners: {a: {model: mlp, options: {hidden: [8]}}}
            """, to: "own.yaml")
        return (file, ["run", file])
    }

    /// Begins the run and stops it by TERM, once it has trained for a while.
    private func interrupt(_ words: [String]) async throws {
        let (_, finished) = try await Cohort.run(words, in: place) { running in
            _ = try await running.line { $0.contains(": epoch ") }
            running.signal(SIGTERM)
        }
        try #require(finished.exitCode == .preempted, "\(finished.complaint)")
    }

    @Test func otherLabelsInTheSameFileAreNamed() async throws {
        let (file, words) = try ownData()
        try await interrupt(words)
        _ = try labels("labels.idx", shift: 3)
        let must = try await cohort("run", file, "--resume", "must")
        #expect(must.exitCode == .configuration)
        #expect(must.complaint.contains("data: labels: not as before"))
        // By hand too, in the learner's own directory.
        let run = place.latest()
        let id = String(run.path.split(separator: "-").last ?? "")
        let byHand = try await cohort(
            "learner", file, "--name", "a", "--run", id, "--directory", run.path, "--alone")
        #expect(byHand.exitCode == .configuration)
        #expect(byHand.complaint.contains("data: labels: not as before"))
        // The same labels in another place.
        let moved = try labels("moved.idx", shift: 0)
        let option = "data.options.labels=\(moved)"
        let (_, again) = try await Cohort.run(words + [option], in: place) { running in
            _ = try await running.line { $0.contains("resume after step") }
            running.signal(SIGTERM)
        }
        #expect(again.complaint.contains("resuming \(place.runs)"))
        // Begun anew, it says why.
        let anew = try await succeed("run", file, "training.steps=5")
        #expect(anew.complaint.contains("training.steps: 5, before 10000000"))
    }

    @Test func otherNormalizationIsNamed() async throws {
        let (file, words) = try ownData()
        try await interrupt(words)
        let other = try await cohort(
            "run", file, "data.options.mean=0.9", "data.options.deviation=0.05", "--resume", "allow"
        )
        #expect(other.exitCode == .configuration)
        #expect(other.complaint.contains("data.options.mean: 0.9, before not set"))
    }

    @Test func otherWeightsOfATeacherAreNamed() async throws {
        _ = try await succeed("run", try place.pair(), "training.steps=4", "name=first")
        _ = try await succeed("run", try place.pair(), "training.steps=5", "name=second")
        func weights(_ name: String) throws -> String {
            try #require(place.latest(name).learner("a").latestCheckpoint).model
        }
        let file = try place.write(
            """
            name: pair
            data: {set: digits, labels: 128}
            training: {steps: 10000000, batch: 16, threads: 1}
            checkpoints: {every: 50}
            runs: \(place.runs)
            learners:
              t: {model: mlp, options: {hidden: [16]}, role: teacher, weights: \(try weights("first"))}
              s: {model: mlp}
            teaching: [{teach: {from: t, to: s}}]
            """, to: "taught.yaml")
        try await interrupt(["run", file])
        let other = try await cohort(
            "run", file, "learners.t.weights=\(try weights("second"))", "--resume", "allow")
        #expect(other.exitCode == .configuration)
        #expect(other.complaint.contains("learner 't': weights: not as before"))
    }

    /// The weights' own normalization is part of their file.
    @Test func aTeacherSeesThePixelsThatItWasTrainedOn() async throws {
        let scale = "{mean: 0.9, deviation: 0.5}"
        _ = try await succeed(
            "run", try place.pair(), "training.steps=4", "name=first", "data.options=\(scale)")
        let weights = try #require(place.latest("first").learner("a").latestCheckpoint).model
        let file = try place.write(
            """
            name: pair
            data: {set: digits, labels: 128}
            training: {steps: 4, batch: 16, threads: 1}
            runs: \(place.runs)
            learners:
              t: {model: mlp, options: {hidden: [16]}, role: teacher, weights: \(weights)}
              s: {model: mlp}
            teaching: [{teach: {from: t, to: s}}]
            """, to: "taught.yaml")
        let wrong = try await cohort("check", file)
        #expect(wrong.exitCode == .configuration)
        #expect(wrong.complaint.contains("were trained on pixels normalized by mean 0.9"))
        let own = "learners.t.data={set: digits, options: \(scale)}"
        _ = try await succeed("run", file, own)
        // As the teacher alone on data so normalized.
        let score = try await succeed(
            "evaluate", place.latest("first").path, "--learner", "a")
        let taught = try Summary.read(from: place.latest().summary)
        let accuracy = try #require(taught.learners["t"]?.testAccuracy)
        #expect(
            score.output.contains { $0.contains(String(format: "%.2f%%", accuracy * 100)) })
    }

    @Test func finishedSeedsAreTakenOver() async throws {
        let words = ["run", try place.pair(), "training.steps=5"]
        _ = try await Cohort.run(words + ["--seeds", "2"], in: place)
        let first = try runs
        let more = try await Cohort.run(words + ["--seeds", "3"], in: place)
        #expect(more.exitCode == .success, "\(more.complaint)")
        let both = try runs
        #expect(first.count == 2 && both.count == 3)
        #expect(more.complaint.matches(of: /finished before/).count == 2)
        #expect(more.output.count { $0.hasPrefix("a ") } == 3)
        _ = try await Cohort.run(words + ["--seeds", "3", "--resume", "never"], in: place)
        #expect(try runs.count == 6)
        // Other settings are no finished run.
        _ = try await Cohort.run(words + ["--seeds", "2", "training.batch=8"], in: place)
        #expect(try runs.count == 8)
    }

    @Test func anExtendedRunIsOneOfTheWholeLength() async throws {
        let file = try place.pair()
        _ = try await succeed("run", file, "training.steps=12")
        let expected = try place.latest().weights(of: "a")
        _ = try await succeed("run", file, "training.steps=5", "--resume", "never")
        let before = try runs
        let longer = try await succeed("run", file, "training.steps=12", "--extend")
        #expect(longer.complaint.contains("a: resume after step 5"))
        #expect(try runs == before)
        #expect(try place.latest().weights(of: "a") == expected)
        let nothing = try await cohort("run", file, "training.steps=12", "--extend")
        #expect(nothing.exitCode == .configuration)
        #expect(nothing.complaint.contains("nothing differs"))
    }

    /// What the journals of one learner hold, after a run that was begun so and then extended.
    private func extendedJournal(_ name: String, _ command: String...) async throws -> String {
        let pair = [try place.pair(), "name=\(name)", "exchange.journal=0.3"]
        let extending = ["run", "--extend"] + pair + ["training.steps=600"]
        for words in [command + pair + ["training.steps=20"], extending] {
            let finished = try await Cohort.run(words, in: place)
            try #require(finished.exitCode == .success, "\(finished.complaint)")
        }
        let journal = place.latest(name).learner("a").journal
        return try await succeed("journal", journal).output.joined(separator: "\n")
    }

    /// A later run learns from all steps of a recording, and its end is that of the whole.
    @Test func anExtendedRecordingKeepsAll() async throws {
        let usual = try await extendedJournal("usual", "run")
        #expect(!usual.contains(/steps +0 to 599/), "\(usual)")
        let recorded = try await extendedJournal("kept", "record", "--cohort")
        #expect(recorded.contains(/steps +0 to 599/), "\(recorded)")
        for journal in [usual, recorded] {
            #expect(journal.contains(/end +step 599/), "\(journal)")
        }
    }

    /// The same command goes on with what it had begun to extend.
    @Test func anExtensionThatIsInterruptedGoesOn() async throws {
        let file = try place.pair()
        _ = try await succeed("run", file, "training.steps=5")
        let words = ["run", file, "training.steps=10000000", "checkpoints.every=50", "--extend"]
        try await interrupt(words)
        let (_, again) = try await Cohort.run(words, in: place) { running in
            _ = try await running.line { $0.contains("resume after step") }
            running.signal(SIGTERM)
        }
        #expect(again.exitCode == .preempted, "\(again.complaint)")
        #expect(try runs.count == 1)
    }

    /// A milestone in epochs is no share of the run, however long it is.
    @Test func aScheduleInEpochsIsExtended() async throws {
        let file = try place.pair()
        let schedule = "training.schedule={kind: step, at: [0.5], factor: 0.5, in: epochs}"
        _ = try await succeed("run", file, schedule, "training.steps=12")
        let expected = try place.latest().weights(of: "a")
        _ = try await succeed("run", file, schedule, "training.steps=6", "--resume", "never")
        _ = try await succeed("run", file, schedule, "training.steps=12", "--extend")
        #expect(try place.latest().weights(of: "a") == expected)
    }

    @Test func whatFollowsFromTheLengthIsNotExtended() async throws {
        let file = try place.pair()
        _ = try await succeed("run", file, "training.steps=5", "training.schedule=cosine")
        let offer = try await succeed("run", file, "training.steps=6")
        #expect(offer.complaint.contains("training.schedule.kind: constant, before cosine"))
        _ = try await succeed(
            "run", file, "training.steps=5", "training.schedule=cosine", "--resume", "never")
        let longer = try await cohort(
            "run", file, "training.steps=12", "training.schedule=cosine", "--extend")
        #expect(longer.exitCode == .configuration)
        #expect(longer.complaint.contains("training.schedule 'cosine'"))
    }

    @Test func runsAreComparedByWhatDiffers() async throws {
        let words = ["run", try place.pair(), "training.steps=3"]
        _ = try await Cohort.run(words + ["--seeds", "2"], in: place)
        _ = try await Cohort.run(
            words + ["--seeds", "2", "training.optimizer.rate=0.2"], in: place)
        let folder = place.runs + "/pair"
        let all = try runs.map { "\(folder)/\($0)" }
        let broken = "\(folder)/20200101-000000-broken"
        try FileManager.default.createDirectory(
            atPath: broken, withIntermediateDirectories: true)
        let compared = try await Cohort.run(
            ["compare"] + all + ["\(folder)/latest", broken], in: place)
        #expect(compared.exitCode == .success, "\(compared.complaint)")
        #expect(compared.complaint.contains("latest is the same run as"))
        #expect(compared.complaint.contains("\(broken) is left out: there is no run"))
        #expect(
            compared.output.filter { $0.hasPrefix("training.") }.sorted() == [
                "training.optimizer.rate=0.1, seeds 1, 2",
                "training.optimizer.rate=0.2, seeds 1, 2",
            ])
        _ = try await Cohort.run(words + ["name=other"], in: place)
        let mixed = try await cohort("compare", all[0], "\(place.runs)/other/latest")
        #expect(mixed.exitCode == .configuration)
        #expect(mixed.complaint.contains("(leave `name=` out)"))
        let none = try await cohort("compare", broken)
        #expect(none.exitCode == .missingFile)
    }

    /// A vocabulary that grows by words which no text has leaves all samples as they are, and makes
    /// another model.
    @Test func moreTokensInAVocabularyAreNamed() async throws {
        let words = (0..<40).map { "w\($0)" }
        func vocabulary(_ more: [String]) throws -> String {
            let lines = ["[PAD]", "[UNK]"] + words + more
            return try place.write(Array(lines.joined(separator: "\n").utf8), to: "vocab.txt")
        }
        let path = try vocabulary([])
        let texts = (0..<80).map { "\(words[$0 % 40]) \(words[$0 / 2]),\(["x", "y"][$0 % 2])\n" }
        let rows = try place.write(
            Array(("text,label\n" + texts.joined()).utf8), to: "texts.csv")
        let file = try place.write(
            """
            name: pair
            data:
              set: text
              options:
                file: \(rows)
                length: 6
                test-share: 0
                tokenizer: {kind: wordpiece, vocabulary: \(path)}
              validation: 20
            training: {steps: 10000000, batch: 16, threads: 1}
            checkpoints: {every: 50}
            runs: \(place.runs)
            learners: {a: {model: text-cnn, options: {dimension: 8, filters: 8}}}
            """, to: "words.yaml")
        try await interrupt(["run", file])
        _ = try vocabulary(["unused", "##never"])
        let must = try await cohort("run", file, "--resume", "must")
        #expect(must.exitCode == .configuration)
        #expect(must.complaint.contains("data: tokens: 44, padded by 0"), "\(must.complaint)")
    }
}
