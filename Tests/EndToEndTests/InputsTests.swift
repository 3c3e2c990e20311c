import Foundation
import Reporting
import Testing

/// Teachers without samples, each a process that a student sends every batch.
@Suite(.timeLimit(.minutes(5)), .serialized) struct InputsTests {
    private static let students = ["s", "u"]
    private static let send = "teaching.0.teach.inputs=send"
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Two students of a frozen teacher, of which one learns for longer; eight steps are an epoch.
    private func school(_ name: String) throws -> [String] {
        let file = try place.write(
            """
            data: {set: digits, labels: 128, augmentation: {crop: {padding: 1}, flip: true}}
            training: {steps: 3000, batch: 16, optimizer: {rate: 0.1, momentum: 0.9}}
            checkpoints: {every: 7}
            learners:
              t: {model: mlp, options: {hidden: [16]}, role: teacher, weights: \(place.path)/t}
              s: {model: mlp, options: {hidden: [8]}}
              u: {model: mlp, options: {hidden: [8]}, training: {steps: 2400}}
            teaching:
              - teach: {from: t, to: [s, u], temperature: 4, weight: 0.9}
            runs: \(place.runs)
            """, to: "school.yaml")
        return ["run", file, "name=\(name)", "--progress", "all"]
    }

    private func run(_ words: [String]) async throws {
        let finished = try await Cohort.run(words, in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    /// A teacher, and what its students learn where it takes the samples in order.
    private func expected() async throws -> [Data] {
        let file = try place.write(
            """
            data: {set: digits}
            training: {steps: 5, batch: 16}
            learners: {t: {model: mlp, options: {hidden: [16]}}}
            runs: \(place.runs)
            """, to: "teacher.yaml")
        try await run(["run", file])
        // `latest` is a link, and a copy of it would lead nowhere.
        let origin = URL(fileURLWithPath: place.latest("teacher").path).resolvingSymlinksInPath()
        try FileManager.default.copyItem(atPath: origin.path, toPath: "\(place.path)/t")
        try await run(school("order"))
        return try weights("order")
    }

    private func weights(_ name: String) throws -> [Data] {
        try Self.students.map { try place.latest(name).weights(of: $0) }
    }

    @Test func aRunIsTheSameAsByOrder() async throws {
        let expected = try await expected()
        try await run(school("one") + [Self.send])
        #expect(try weights("one") == expected)
        try await run(school("three") + [Self.send, "learners.t.replicas=3"])
        #expect(try weights("three") == expected)
        // The nodes that share the load are one teacher to the ensemble.
        let one = try await Cohort.run(["evaluate", place.latest("one").path], in: place).output
        let three = try await Cohort.run(["evaluate", place.latest("three").path], in: place)
        #expect(three.output == one && one.contains { $0.hasPrefix("ensemble") })
        let plan = try place.text(place.latest("three").learner("t-3").plan)
        #expect(plan.contains("\"original\":\"t\""))
        #expect(plan.contains("\"kind\":\"inputs\""))
    }

    /// The teacher, a replica and the senders are killed in turn.
    @Test func whoIsKilledChangesNoBit() async throws {
        let expected = try await expected()
        let words = try school("killed") + [Self.send, "learners.t.replicas=2", "restarts=99"]
        let victims = ["t", "u", "t-2", "s", "t", "t-2", "s", "t"]
        let (left, finished) = try await Cohort.run(words, in: place) {
            try await $0.kill(victims, of: place.latest("killed"), every: 5, of: "s")
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(left.isEmpty)
        #expect(finished.complaint.matches(of: /starting it again/).count == victims.count)
        #expect(try weights("killed") == expected)
    }

    /// A teacher started by hand, where no data are: it has its plan alone.
    @Test func aTeacherWithoutItsPlanSaysWhatItNeeds() async throws {
        _ = try await expected()
        let words = try school("alone")
        let finished = try await Cohort.run(
            [
                "learner", words[1], Self.send, "--name", "t", "--rendezvous", "tcp://127.0.0.1:9",
                "--directory", "\(place.path)/elsewhere",
            ], in: place)
        #expect(finished.exitCode == .missingFile, "\(finished.complaint)")
        #expect(finished.complaint.contains("--plan t"), "\(finished.complaint)")
    }
}
