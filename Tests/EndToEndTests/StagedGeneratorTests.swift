import Foundation
import Reporting
import Testing

/// A teacher that is trained in the first stage of a run, and in the second teaches on samples that
/// a generator makes.
@Suite(.timeLimit(.minutes(5)), .serialized) struct StagedGeneratorTests {
    private static let makers = ["g", "s"]
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func cohort(_ name: String) throws -> [String] {
        let file = try place.write(
            """
            data: {set: digits}
            training: {epochs: 150, batch: 64, optimizer: {kind: sgd, rate: 0.05, momentum: 0.9}}
            checkpoints: {every: 7}
            learners:
              t: {model: mlp, options: {hidden: [16]}}
              g:
                model: dcgan
                role: generator
                options: {latent: 4, channels: 2}
                training: {optimizer: {kind: adamw, rate: 0.001, decay: 0}}
              s: {model: mlp, options: {hidden: [8]}, labelled: false}
            teaching:
              - data-free: {generator: g, teacher: t, to: [s], method: dfad, staged: true}
            runs: \(place.runs)
            """, to: "cohort.yaml")
        return ["run", file, "name=\(name)", "--progress", "all"]
    }

    private func run(_ words: [String]) async throws {
        let finished = try await Cohort.run(words, in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    private func weights(_ name: String) throws -> [Data] {
        try Self.makers.map { try place.latest(name).weights(of: $0) }
    }

    /// It makes no difference whether the teacher was trained in the same run.
    @Test func aTrainedTeacherOfAnotherRunDoesTheSame() async throws {
        try await run(try cohort("staged"))
        let origin = URL(fileURLWithPath: place.latest("staged").path).resolvingSymlinksInPath()
        try FileManager.default.copyItem(atPath: origin.path, toPath: "\(place.path)/t")
        try await run(
            try cohort("two") + [
                "learners.t.role=teacher", "learners.t.weights=\(place.path)/t",
                "teaching.0.data-free.staged=",
            ])
        #expect(try weights("two") == weights("staged"))
    }

    @Test func whoIsKilledChangesNoBit() async throws {
        try await run(try cohort("whole"))
        let victims = ["t", "s", "g", "t", "s", "g"]
        let words = try cohort("killed") + ["restarts=99"]
        let (left, finished) = try await Cohort.run(words, in: place) {
            try await $0.kill(victims, of: place.latest("killed"), every: 9, of: "s")
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(left.isEmpty)
        #expect(finished.complaint.matches(of: /starting it again/).count == victims.count)
        #expect(try weights("killed") == weights("whole"))
    }
}
