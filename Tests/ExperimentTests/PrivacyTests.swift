import Bytes
import CohortGraph
import Distillation
import Experiment
import Foundation
import Options
import Reporting
import Testing
import Training

/// What holds where teachers vote under noise, and what is refused.
@Suite(.timeLimit(.minutes(1))) struct PrivacyTests {
    private static let text = """
        data: {set: digits, labels: {each: 40, private: true}}
        training: {steps: 6, batch: 8, common: 12}
        learners:
          a: {model: mlp}
          b: {model: mlp}
          c: {model: mlp}
          s: {model: mlp, labelled: false}
        teaching:
          - pate: {from: [a, b], to: s}
        """

    private func configuration(_ words: String...) throws(SettingError) -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: Self.text, file: "f", name: "f", overrides: words, registries: .all)
    }

    /// Teachers are trained first, and send their votes.
    @Test func thePresetAsksForVotes() throws {
        let configuration = try configuration()
        let group = try #require(configuration.graph.groups.first)
        #expect(group.edge.form == .votes && group.edge.isStaged)
        #expect(group.edge.combination.name == "confident-gnmax" && group.edge.loss.name == "ce")
        #expect(configuration.stages.count == 2)
        let assembler = try Assembler(configuration)
        let assembly = try assembler.assembly(of: "s", as: .member(stage: 2))
        #expect(assembly.needsSecret)
        let deliveries = assembly.plan.deliveries
        #expect(deliveries.tensorsDue(from: "a", to: "s", step: 0, round: .before) == ["votes"])
        // What teachers compute of the test samples would tell more than their votes.
        for step in 0..<6 {
            #expect(
                deliveries.tensorsDue(from: "a", to: "s", step: step, round: .evaluation).isEmpty)
        }
    }

    @Test func seededNoiseNeedsNoSecret() throws {
        let configuration = try configuration(
            "teaching.0.pate.combine={kind: lnmax, noise: seeded}")
        let assembly = try Assembler(configuration).assembly(of: "s", as: .member(stage: 2))
        #expect(!assembly.needsSecret)
    }

    /// Each would make the reported ε untrue.
    @Test(arguments: [
        (
            ["teaching.0.pate.staged=false"],
            "'a' votes under 'confident-gnmax' while it still learns"
        ),
        (
            ["data.labels={each: 40, pool: rest}"], "'a' shares its labelled samples with others"
        ),
        (
            ["teaching.1={teach: {from: c, to: a, staged: true}}"],
            "'a' learns from 'c', so that a sample of one would count in the votes of both"
        ),
        (
            ["teaching.1={teach: {from: a, to: c, staged: true}}"],
            "'a' votes for 's' under 'confident-gnmax' and also teaches 'c'"
        ),
        (
            ["teaching.1={pate: {from: [a, c], to: b}}"],
            "'a' votes for 's' under 'confident-gnmax' and also teaches 'b'"
        ),
        (["teaching.0.pate.combine=median"], "pate: combine 'median' adds no noise"),
        (
            ["teaching.0.pate.codec=fp16"], "codec is 'fp16', and votes are whole numbers"
        ),
        (["teaching.0.pate.missing=drop"], "weighs each teacher: it needs all"),
        (
            ["teaching.0={edge: {from: [a, b], to: s, combine: lnmax}}"],
            "'a' votes under 'lnmax' while it still learns"
        ),
    ])
    func whatWouldMakeTheBoundUntrueIsRefused(words: [String], message: String) {
        let error = #expect(throws: SettingError.self, "\(words)") {
            try ExperimentConfiguration(
                text: Self.text, file: "f", name: "f", overrides: words, registries: .all)
        }
        let all = error?.problems.map(\.description).joined(separator: "\n") ?? ""
        #expect(all.contains(message), "\(all)")
    }

    /// The secret is drawn once, for its owner's eyes alone, and is needed from then on.
    @Test func theSecretIsKept() throws {
        let folder = LearnerDirectory(
            path: FileManager.default.temporaryDirectory.path + "/noise-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.create()
        let missing = #expect(throws: DiskError.self) { try folder.noiseKey(isBegun: true) }
        #expect(missing?.exitCode == .missingFile)
        let key = try folder.noiseKey(isBegun: false)
        #expect(try folder.noiseKey(isBegun: false) == key)
        #expect(try folder.noiseKey(isBegun: true) == key)
        #expect(try folder.writtenNoiseKey() == key)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.noise)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["noise.key"])
        try Data(key.bytes.dropLast()).write(to: URL(fileURLWithPath: folder.noise))
        let damaged = #expect(throws: DiskError.self) { try folder.noiseKey(isBegun: true) }
        #expect(damaged?.exitCode == .corruptData)
    }
}
