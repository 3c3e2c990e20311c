import Foundation
import Reporting
import Testing

/// Distillation without data: a generator, a frozen teacher and a student, each a process.
@Suite(.timeLimit(.minutes(5)), .serialized) struct DataFreeTests {
    private static let learning = ["g", "s"]
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Eight steps are an epoch; the student is tested after each.
    private func training(_ name: String, method: String) throws -> [String] {
        let file = try place.write(
            """
            data: {set: digits, labels: 128}
            training: {steps: 480, batch: 16, optimizer: {rate: 0.05, momentum: 0.9}}
            checkpoints: {every: 7}
            learners:
              t: {model: mlp, options: {hidden: [16]}, role: teacher, weights: \(place.path)/t}
              g: {model: dcgan, options: {latent: 4, channels: 4}, role: generator}
              s: {model: lenet, options: {channels: [4, 4], hidden: 8}, labelled: false}
            teaching:
              - data-free: {generator: g, teacher: t, to: [s], method: \(method)}
            runs: \(place.runs)
            """, to: "data-free.yaml")
        return ["run", file, "name=\(name)", "--progress", "all"]
    }

    @discardableResult
    private func run(_ words: [String]) async throws -> Finished {
        let finished = try await Cohort.run(words, in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    private func trainTeacher() async throws {
        let file = try place.write(
            """
            data: {set: digits}
            training: {steps: 200, batch: 16}
            learners: {t: {model: mlp, options: {hidden: [16]}}}
            runs: \(place.runs)
            """, to: "teacher.yaml")
        try await run(["run", file])
        // `latest` is a link, and a copy of it would lead nowhere.
        let origin = URL(fileURLWithPath: place.latest("teacher").path).resolvingSymlinksInPath()
        try FileManager.default.copyItem(atPath: origin.path, toPath: "\(place.path)/t")
    }

    private func weights(_ name: String) throws -> [Data] {
        try Self.learning.map { try place.latest(name).weights(of: $0) }
    }

    /// Generator, student and teacher are killed in turn, at steps of the generator and of the
    /// student alike.
    @Test(arguments: ["dafl", "{kind: dfad, student-steps: 2}", "{kind: zskt, student-steps: 3}"])
    func whoIsKilledChangesNoBit(method: String) async throws {
        try await trainTeacher()
        try await run(training("undisturbed", method: method))
        let victims = ["g", "t", "s", "s", "g", "t", "g"]
        let words = try training("killed", method: method) + ["restarts=99"]
        let (left, finished) = try await Cohort.run(words, in: place) {
            try await $0.kill(victims, of: place.latest("killed"), every: 5, of: "s")
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(left.isEmpty)
        #expect(finished.complaint.matches(of: /starting it again/).count == victims.count)
        #expect(try weights("killed") == weights("undisturbed"))
    }

    /// What reads runs passes the generator over, and `cohort generate` reads it alone.
    @Test func aRunIsRead() async throws {
        try await trainTeacher()
        try await run(training("made", method: "dafl"))
        let path = place.latest("made").path
        let scores = try await run(["evaluate", path]).output
        #expect(scores.contains { $0.hasPrefix("s ") } && !scores.contains { $0.hasPrefix("g ") })

        let samples = "\(place.path)/made.npy"
        let words = ["generate", "\(path)/g", "--count", "20", "--samples"]
        try await run(words + [samples])
        let again = "\(place.path)/again.npy"
        try await run(words + [again])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: samples))
        #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == bytes)
        try await run(words + [again, "--seed", "1"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: again)) != bytes)

        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 8, 8)}".utf8
        let length = [UInt8(header.count), 0]
        let new = try place.write(
            Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [1, 0] + length
                + Array(header) + [UInt8](repeating: 3, count: 128), to: "new.npy")
        let guesses = try await place.predictions(path, "--ensemble", new)
        #expect(guesses.count == 2)
        let none = try await Cohort.run(["generate", "\(path)/s", "--sheet", "x.png"], in: place)
        #expect(none.exitCode == .configuration)
        #expect(none.complaint.contains("makes no samples"))
    }

    @Test func unequalLengthsAreRefused() async throws {
        try await trainTeacher()
        let finished = try await Cohort.run(
            training("unequal", method: "dafl") + ["learners.s.training.steps=16"], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(
            finished.complaint.contains(
                "learner 's' learns for 16 steps, and generator 'g', whose samples it takes, for"
                    + " 480"), "\(finished.complaint)")
    }
}
