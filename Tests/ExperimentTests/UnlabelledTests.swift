import Experiment
import Options
import Testing
import Training

/// Learners without labels, and what federated schemes may not be combined with.
@Suite(.timeLimit(.minutes(1))) struct UnlabelledTests {
    /// Two learners with private labels and one without any.
    private func configuration(_ words: String...) throws(SettingError) -> ExperimentConfiguration {
        let text = """
            data: {set: digits, labels: {each: 40, private: true}}
            training: {steps: 6, batch: 8, common: 12}
            learners:
              a: {model: mlp}
              b: {model: mlp}
              s: {model: mlp, labelled: false}
            teaching:
              - average: {from: [a, b], to: s, of: logits, temperature: 1}
            """
        return try ExperimentConfiguration(
            text: text, file: "f", name: "f", overrides: words, registries: .all)
    }

    private func expect(_ message: String, of words: String...) {
        let error = #expect(throws: SettingError.self, "\(words)") {
            try ExperimentConfiguration(
                text: configuration().resolvedYAML(), file: "f", name: "f", overrides: words,
                registries: .all)
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    /// It takes no share of the labels, and its batches are those of the pool.
    @Test func aLearnerWithoutLabelsTakesThePoolAlone() throws {
        let configuration = try configuration()
        let assembler = try Assembler(configuration)
        let plan = try assembler.learnerPlan(of: "s", inStage: 1)
        #expect(plan.own == nil && plan.common?.labelled == false)
        #expect(plan.common?.samples.count == 1257 - 80)
        var assembly = try assembler.assembly(of: "s", as: .member(stage: 1))
        #expect(assembly.data.common == nil)
        let batch = try assembly.data.own.batch(at: 0)
        #expect(batch.labels == nil && batch.count == 12)
        var teacher = try assembler.assembly(of: "a", as: .member(stage: 1))
        #expect(try teacher.data.common?.batch(at: 0).digest == batch.digest)
        let student = try #require(configuration["s"])
        #expect(
            configuration.lossFormula(of: student)
                == "1·KL(logits of a, b‖s) at T = 1, taught on the common pool")
        #expect(configuration.resolvedYAML().contains("labelled: false"))
    }

    /// Nobody is trained alone who has nothing to train on.
    @Test func theComparisonLeavesItOut() throws {
        let compared = try configuration(
            "compare.alone=true", "teaching.1.mutual=[a, b]"
        ).comparedStudents
        #expect(compared == ["a", "b"])
    }

    @Test func whatNeedsLabelsIsRefused() {
        expect("learner 's' has nothing to learn: it has no labels", of: "teaching=")
        expect("learner 's': task has no effect: it has no labels", of: "learners.s.task=0.5")
        expect("learner 's' has `data` of its own and is not `labelled`", of: "learners.s.data={}")
        expect(
            "learner 's' is not `labelled`, and the data have no common pool",
            of: "data.labels=100", "training.common=8")
    }

    /// FedMD compares logits as they are; mixes of probabilities have lost their offset.
    @Test func logitsAsTheyAreNeedACombinationThatKeepsThem() throws {
        let mae = "teaching.0={edge: {from: [a, b], to: s, loss: mae, combine: "
        for name in ["pairwise", "sum", "logits"] {
            _ = try configuration(mae + name + "}}")
        }
        for name in ["probabilities", "era", "entropy", "trimmed", "median", "reputation"] {
            expect("combine is '\(name)', which mixes probabilities", of: mae + name + "}}")
        }
        expect(
            "carries is 'probabilities', and loss 'mae' compares logits",
            of: mae + "logits, carries: probabilities}}")
        _ = try configuration(
            "teaching.0={edge: {from: [a, b], to: s, loss: {kind: mae, standardize: true}, "
                + "combine: median}}")
    }
}
