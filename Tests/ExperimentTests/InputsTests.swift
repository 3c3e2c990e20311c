import CohortGraph
import Experiment
import Foundation
import Options
import Testing
import Training

/// Teachers that are sent their samples, in the configuration and in its check.
@Suite(.timeLimit(.minutes(1))) struct InputsTests {
    private func configuration(
        _ overrides: [String] = [], teaching: String = "teach: {from: t, to: s, inputs: send}"
    ) throws -> ExperimentConfiguration {
        let text = """
            data: {set: digits}
            training: {steps: 40, batch: 32}
            learners:
              t: {model: lenet, role: teacher, weights: t.safetensors}
              s: {model: mlp, options: {hidden: [8]}}
            teaching:
              - \(teaching)
            """
        return try ExperimentConfiguration(
            text: text, file: "f", name: "f", overrides: overrides, registries: .all)
    }

    private func refusal(
        _ overrides: [String] = [], teaching: String = "teach: {from: t, to: s, inputs: send}"
    ) -> String {
        do {
            _ = try configuration(overrides, teaching: teaching)
            return ""
        } catch { return "\(error)" }
    }

    private static let pool = ["data.labels={each: 60, private: true}"]

    @Test func orderIsTheDefault() throws {
        let configuration = try configuration(teaching: "teach: {from: t, to: s}")
        #expect(!configuration.isSentInputs("t", inStage: 1))
        #expect(try self.configuration().isSentInputs("t", inStage: 1))
    }

    @Test func privateSamplesAreRefusedByNameUnlessAllowed() throws {
        let text = refusal(Self.pool)
        #expect(text.contains("'s' would send 't' its samples"), "\(text)")
        #expect(text.contains("data.labels.private") && text.contains("send: true"), "\(text)")
        _ = try configuration(Self.pool + ["data.send=true"])
        #expect(refusal(["data.send=false"]).contains("data.send is false"))
    }

    /// Each teacher that cannot be sent samples, with what the message names.
    @Test(arguments: [
        (["learners.t={model: lenet}"], "'t' learns"),
        (["learners.t={model: lenet, role: teacher, source: old}"], "'t' is a recording"),
        (
            ["learners.t.data={set: digits}"],
            "'t' has `data` of its own"
        ),
        (
            ["learners.u={model: lenet}", "teaching.1={teach: {from: t, to: u}}"],
            "must have them to teach 'u'"
        ),
        (["teaching.0.teach.missing=drop"], "inputs is 'send', whose answers a step waits for"),
        (
            [
                "data.validation=100", "learners.u={model: lenet, role: teacher, weights: u}",
                "teaching.0={teach: {from: [t, u], to: s, inputs: send, combine: kdcl-general}}",
            ], "weighs teachers by their errors"
        ),
        (
            [
                "learners.u={model: lenet}",
                "teaching.1={teach: {from: s, to: u, missing: {stale: 2}}}",
            ], "'s' publishes early"
        ),
        (["learners.s.replicas=2"], "only a frozen teacher"),
        (
            ["learners.t.replicas=2", "learners.t-2={model: mlp}"],
            "has a replica of the name 't-2'"
        ),
    ])
    func whatCannotBeIsRefused(overrides: [String], part: String) {
        let text = refusal(overrides)
        #expect(text.contains(part), "\(text)")
    }

    @Test func replicasAreNodesOfOneTeacher() throws {
        let configuration = try configuration(["learners.t.replicas=3"])
        #expect(configuration.learners.map(\.name) == ["t", "t-2", "t-3", "s"])
        #expect(configuration.resolvedYAML().contains("replicas: 3"))
        #expect(!configuration.resolvedYAML().contains("t-2"))
        let again = try ExperimentConfiguration(
            text: configuration.resolvedYAML(), file: "f", name: "f", registries: .all)
        #expect(again == configuration)
    }

    /// Who gets which samples does not follow from how many nodes share a teacher's load.
    @Test func replicasDivideNoSamples() throws {
        let allowed = Self.pool + ["data.send=true"]
        let one = try Assembler(configuration(allowed))
        let three = try Assembler(configuration(allowed + ["learners.t.replicas=3"]))
        #expect(try one.sampleOrderDigest() == three.sampleOrderDigest())
    }

    /// Bytes are sent as bytes: 32 samples of 64 pixels and the table of what they stand for.
    @Test func theCheckCountsTheBytesOfAStep() throws {
        let assembler = try Assembler(configuration())
        let exchange = try #require(try assembler.facts().exchange)
        let row = try #require(exchange.split(separator: "\n").first { $0.hasPrefix("s ") })
        let cells = row.split(separator: /\s{2,}/).map(String.init)
        let bytes = Double(32 * 64 + 1024 + 64 + 8 + 16 + 16)
        #expect(cells[1] == "\((bytes / 1048.576).rounded(.up) / 1000) MiB")
        let plan = try assembler.learnerPlan(of: "t", inStage: 1)
        let incoming = try #require(plan.links.first { $0.to == "t" })
        #expect(incoming.tensors.map(\.round) == [192, 193])
        #expect(incoming.tensors.map(\.steps) == [[[0, 0, 1]], [[0, 38, 1]]])
        #expect(incoming.tensors.allSatisfy { $0.kind == "inputs" && $0.shape == [32, 1, 8, 8] })
    }
}
