import CohortGraph
import Experiment
import Options
import Testing

/// Teaching in its full form: read back, changed on the command line, agreed on by digest.
@Suite(.timeLimit(.minutes(1))) struct TeachingResolvedTests {
    static func text(_ scheme: String) -> String {
        """
        training: {steps: 9}
        data: {validation: 3}
        learners:
          t: {model: mlp, role: teacher, weights: t.safetensors}
          a: {model: mlp}
          b: {model: mlp}
        teaching:
          - \(scheme)
          - teach: {from: t, to: a}
        """
    }

    @Test(arguments: [
        "mutual: [a, b]", "mutual: {among: [a, b], order: sequential, combine: kdcl-general}",
        "teach: {from: [t, a], to: b, loss: {kind: dkd, alpha: 2}}",
        "chain: {path: [t, a, b], staged: true}", "dense-chain: [t, a, b]",
        "average: {from: [t, a], to: b, of: learned}",
        "random-teacher: {from: [t, a], to: b, codec: {kind: top-k, k: 3}}",
        "two-teachers: {response: t, feature: a, to: b, responses: {weight: 2}, staged: true}",
        "codistill: {among: [a, b], burn-in: 3, every: 4, ramp: 1, shape: sigmoid}",
        "mutual: {among: [a, b], version: {snapshot: 7}}",
        "edge: {from: b, to: b, loss: kd, version: {snapshot: 9}}",
        "ring: [b, a]", "mutual: {among: [a, b], missing: {bank: 40}}",
        "mutual: {among: [a, b], missing: bank}",
        "edge: {from: t, to: b, loss: sp, taps: {from: x, to: y}, schedule: {until: 3}}",
        "edge: {from: b, to: b, loss: hint, taps: {from: x, to: y}, gate: cutoff}",
    ])
    func everySchemeReadsBack(scheme: String) throws {
        let first = try configuration(Self.text(scheme))
        let second = try ExperimentConfiguration(
            text: first.resolvedYAML(), file: "g", name: "other", registries: registries)
        #expect(second == first)
        #expect(second.graph == first.graph && second.stages == first.stages)
        #expect(second.resolvedYAML() == first.resolvedYAML())
        #expect(second.digest == first.digest)
    }

    private func edge(_ scheme: String, _ overrides: String...) throws -> EdgeOptions {
        let read = try configuration(Self.text(scheme), overrides: overrides)
        return try #require(read.graph.groups.first).edge
    }

    private func option(_ key: String, of options: NamedOptions) -> Setting.Value? {
        options.options[key]?.value.value
    }

    @Test func shortFormsOpenUpOnTheCommandLine() throws {
        let loss = try edge("mutual: [a, b]", "teaching.0.mutual.loss.kind=dkd")
        #expect(loss.loss.name == "dkd" && loss.needsLabels)
        let alpha = try edge("mutual: {among: [a, b], loss: dkd}", "teaching.0.mutual.loss.alpha=2")
        #expect(option("alpha", of: alpha.loss) == .text("2.0"))
        let codec = try edge(
            "ring: [a, b]", "teaching.0.ring.codec=top-k", "teaching.0.ring.codec.k=7")
        #expect(codec.codec.name == "top-k" && option("k", of: codec.codec) == .text("7"))
        let schedule = try edge(
            "teach: {from: t, to: a, schedule: constant}", "teaching.0.teach.schedule.ramp=5")
        #expect(schedule.schedule.ramp == 5)
        let mean = try edge("mutual: [a, b]", "teaching.0.mutual.combine.kind=probabilities")
        #expect(mean.combination.name == "probabilities")
        let inner = try edge(
            "two-teachers: {response: t, feature: a, to: b, responses: {loss: kd}}",
            "teaching.0.two-teachers.responses.loss.kind=dml")
        #expect(inner.loss.name == "dml")
    }

    /// Where weights lie differs from host to host, and a recording stands for what was there.
    @Test(arguments: [
        "learners.t.weights=elsewhere/run", "learners.t={model: mlp, role: teacher, source: old}",
        "learners.a.weights=warm.safetensors",
    ])
    func theDigestIgnoresWhereKnowledgeComesFrom(override: String) throws {
        let text = Self.text("mutual: [a, b]")
        #expect(
            try configuration(text, overrides: [override]).digest == configuration(text).digest)
    }

    @Test func everyPartOfAnEdgeChangesTheDigest() throws {
        let text = Self.text("mutual: [a, b]")
        let changes = [
            "order=sequential", "loss=kd", "combine=sum", "temperature=2", "weight=2",
            "schedule.every=2", "schedule.burn-in=1", "gate=better", "carries=probabilities",
            "codec=int8", "codec={kind: top-k, k: 2}", "codec={kind: top-k, k: 3}",
        ]
        var digests = [try configuration(text).digest]
        for change in changes {
            let override = "teaching.0.mutual.\(change)"
            digests.append(try configuration(text, overrides: [override]).digest)
        }
        #expect(Set(digests).count == changes.count + 1)
    }
}
