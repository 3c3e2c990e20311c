import Foundation
import Reporting
import Testing

/// Images that are optimised between processes, and the bank of finished ones.
@Suite(.timeLimit(.minutes(5)), .serialized) struct InvertedImagesTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Trains a teacher with batch normalization.
    private func trainTeacher() async throws {
        let file = try place.write(
            """
            name: teacher
            data: {set: digits, labels: 256}
            training: {steps: 80, batch: 32}
            learners: {t: {model: plain-cnn}}
            runs: \(place.runs)
            """, to: "teacher.yaml")
        let finished = try await Cohort.run(["run", file], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    /// Fifty epochs of eight steps, in which twelve batches are made.
    private func cohort(_ method: String, generator: String) throws -> String {
        try place.write(
            """
            name: made
            data: {set: digits, labels: 128}
            training: {steps: 400, batch: 16, interval: 8}
            checkpoints: {every: 20}
            learners:
              t: {model: plain-cnn, role: teacher, weights: \(place.runs)/teacher/latest}
              g:
                model: \(generator)
                role: generator
                training: {optimizer: {kind: adamw, rate: 0.05, decay: 0}}
              s: {model: mlp, labelled: false}
            teaching:
              - data-free: {generator: g, teacher: t, to: [s], method: \(method)}
            runs: \(place.runs)
            """, to: "made.yaml")
    }

    private func weights(_ name: String) throws -> [Data] {
        try ["g", "s"].map { try place.latest(name).weights(of: $0) }
    }

    /// Whoever is killed comes back, and the bank with it.
    @Test(arguments: [
        ("{kind: deep-inversion, iterations: 20, student-steps: 12, bank: 3}", "images"),
        (
            "{kind: deep-inversion, iterations: 20, student-steps: 12, bank: 3, competition: 1}",
            "images"
        ),
        (
            "{kind: cmi, iterations: 20, student-steps: 12, bank: 3, shift: 1, negatives: 12,"
                + " head: 8}",
            "dcgan"
        ),
    ])
    func whoeverIsKilledComesBackExactly(method: String, generator: String) async throws {
        try await trainTeacher()
        let words = ["run", try cohort(method, generator: generator), "--progress", "all"]
        let whole = try await Cohort.run(words + ["name=undisturbed"], in: place)
        #expect(whole.exitCode == .success, "\(whole.complaint)")
        let expected = try weights("undisturbed")
        let (left, finished) = try await Cohort.run(words, in: place) {
            try await $0.kill(["g", "t", "s", "g"], of: place.latest("made"), every: 9, of: "s")
        }
        #expect(left.isEmpty)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(try weights("made") == expected)
    }
}

extension InvertedImagesTests {
    /// A small generator follows a frozen one, and comes nearer on numbers of another seed.
    @Test func aGeneratorIsCompressed() async throws {
        try await trainTeacher()
        let file = try cohort("dfad", generator: "dcgan")
        let trained = try await Cohort.run(["run", file, "training.steps=48"], in: place)
        #expect(trained.exitCode == .success, "\(trained.complaint)")
        let big = "\(place.runs)/made/latest/g"
        let follow = try place.write(
            """
            name: small
            data: {set: digits, labels: 128}
            training: {steps: 240, batch: 16, optimizer: {kind: adamw, rate: 0.01, decay: 0}}
            checkpoints: {every: 20}
            learners:
              big:
                model: dcgan
                role: frozen-generator
                weights: \(place.runs)/made/latest/learners/g
              small: {model: dcgan, options: {channels: 8}, role: generator}
            teaching:
              - follow-generator: {from: big, to: [small]}
            runs: \(place.runs)
            """, to: "small.yaml")
        var distances: [Double] = []
        for (steps, name) in [(1, "begun"), (240, "ended")] {
            let words = ["run", follow, "training.steps=\(steps)", "name=\(name)"]
            let finished = try await Cohort.run(words, in: place)
            #expect(finished.exitCode == .success, "\(finished.complaint)")
            let compared = try await Cohort.run(
                [
                    "generate", "\(place.runs)/\(name)/latest/small", "--count", "200", "--seed",
                    "5", "--beside", big,
                ], in: place)
            #expect(compared.exitCode == .success, "\(compared.complaint)")
            let match = compared.output.joined().firstMatch(of: /difference ([0-9.e-]+),/)
            distances.append(try #require(match.flatMap { Double($0.1) }))
        }
        #expect(distances[1] < 0.8 * distances[0])
        let refused = try await Cohort.run(
            ["check", follow, "learners.small.options.latent=7"], in: place)
        #expect(refused.exitCode == .configuration)
        #expect(refused.complaint.contains("give both the same latent"))
    }

    /// What a bank holds is written as a data set, which a run reads; what has no effect on it is
    /// refused.
    @Test func finishedSamplesAreADataSet() async throws {
        try await trainTeacher()
        let file = try cohort(
            "{kind: deep-inversion, iterations: 20, student-steps: 12, bank: 3}",
            generator: "images")
        let trained = try await Cohort.run(["run", file, "training.steps=64"], in: place)
        #expect(trained.exitCode == .success, "\(trained.complaint)")
        let generator = "\(place.runs)/made/latest/g"
        let written = try await Cohort.run(
            [
                "generate", generator, "--samples", "x.npy", "--labels", "y.npy", "--teacher",
                "\(place.runs)/teacher/latest/t", "--sheet", "x.png",
            ], in: place)
        #expect(written.exitCode == .success, "\(written.complaint)")
        #expect(written.complaint.contains("x.npy: 32 samples"))
        let check = try await Cohort.run(["check", file], in: place)
        let kept = "g: keeps the latest 3 batches of 16 samples"
        #expect(check.output.contains { $0.hasPrefix(kept) })
        for (words, message) in [
            (["--count", "33"], "keeps 32 samples"), (["--seed", "1"], "--seed has no effect"),
        ] {
            let refused = try await Cohort.run(
                ["generate", generator, "--samples", "z.npy"] + words, in: place)
            #expect(refused.exitCode == .configuration)
            #expect(refused.complaint.contains(message))
        }
        let student = try place.write(
            """
            name: student
            data: {set: npy, options: {images: x.npy, labels: y.npy}}
            training: {steps: 4, batch: 8}
            learners: {s: {model: mlp}}
            runs: \(place.runs)
            """, to: "student.yaml")
        let used = try await Cohort.run(["run", student], in: place)
        #expect(used.exitCode == .success, "\(used.complaint)")
    }
}
