import Bytes
import CohortGraph
import Experiment
import Options
import Reporting
import Testing
import Training

/// Assemblies from the real registries and the digits.
@Suite(.timeLimit(.minutes(1))) struct AssemblerTests {
    /// Three small networks and whatever teaching a test asks for.
    private func assembler(_ teaching: String..., overrides: [String] = []) throws -> Assembler {
        let text = """
            training: {steps: 40, batch: 8, evaluate: 2}
            learners:
              t: {model: resnet8, options: {width: 4}}
              u: {model: resnet8, options: {width: 4}, training: {steps: 25}}
              s: {model: plain-cnn, options: {depth: 2}}
            teaching:
            \(teaching.map { "  - \($0)" }.joined(separator: "\n"))
            """
        return try Assembler(
            ExperimentConfiguration(
                text: text, file: "f", name: "f", overrides: overrides, registries: .all))
    }

    private func refusal(_ teaching: String) throws -> String? {
        do {
            try assembler(teaching).checkAll()
            return nil
        } catch let error as SettingError { return error.message }
    }

    /// Replicas of a discriminator learn from the same images, for the same time.
    @Test func aReplicaNeedsTheSameOnBothSides() throws {
        #expect(try refusal("kdgan: {teacher: t, student: s}") == nil)
        let unequal = try #require(try refusal("kdgan: {teacher: u, student: s}"))
        #expect(unequal.contains("both sides must learn for the same number of steps"))
        let own = "data={set: digits, augmentation: {crop: {padding: 1}, own: true}}"
        #expect {
            try assembler("kdgan: {teacher: t, student: s}", overrides: [own]).checkAll()
        } throws: { error in
            "\(error)".contains("both sides must see the same images; leave `own` out")
        }
        let edge = "edge: {from: [t, s], to: u, loss: kdgan, temperature: 1}"
        #expect(try refusal(edge)?.contains("here are 2 teachers") == true)
    }

    /// What takes the cube of their number takes minutes.
    @Test func aThousandLearnersAreSoonAssembled() throws {
        let names = (0..<1000).map { "m\($0)" }
        let learners = names.map { "  \($0): {model: mlp, options: {hidden: [16]}}\n" }.joined()
        let text = """
            training: {steps: 5}
            learners:
            \(learners)teaching:
              - mutual: [\(names.joined(separator: ", "))]
            """
        let assembler = try Assembler(
            ExperimentConfiguration(text: text, file: "f", name: "f", registries: .all))
        try assembler.checkAll()
        let plan = try assembler.assembly(of: "m7", as: .member(stage: 1)).plan
        let relay = try #require(plan.deliveries.neighbours(of: "m7").teachers.first)
        #expect(plan.deliveries.neighbours(of: "m7").students == [relay])
        #expect(plan.deliveries.neighbours(of: relay).teachers.contains("m7"))
        #expect(try assembler.relay(relay, inStage: 1).plan.deliveries.lookAhead(of: relay) == 0)
    }

    /// Settings of a quantisation that cannot be, and where they stand.
    @Test(arguments: [
        ("learners.s.quantize={weights: 9}", "is 9; it is 2 to 8 bits, or 32"),
        ("learners.s.quantize={weights: 8, method: dorefa}", "choose fewer bits"),
        ("learners.s.quantize=ternary", "unknown quantization 'ternary'"),
        ("learners.s.quantize={bits: 4}", "bits"),
        ("learners.s={external: true, quantize: lsq}", "quantises its own"),
    ])
    func whatCannotBeQuantizedIsRefused(setting: String, reason: String) {
        let error = #expect(throws: SettingError.self) {
            try assembler("teach: {from: t, to: s}", overrides: [setting])
        }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    /// Null takes it away; an empty map is one of defaults; both show in the full form and in the
    /// digest.
    @Test func aQuantizationIsPartOfTheDigest() throws {
        func read(_ value: String) throws -> ExperimentConfiguration {
            try assembler(
                "teach: {from: t, to: s}", overrides: ["learners.s.quantize=\(value)"]
            ).configuration
        }
        let floats = try assembler("teach: {from: t, to: s}").configuration
        #expect(try read("null").digest == floats.digest)
        #expect(try read("{}").digest == read("lsq").digest)
        #expect(try read("{}").digest != floats.digest)
        #expect(try read("{ends: 4}").digest != read("{}").digest)
        #expect(try read("minmax").resolvedYAML().contains("memory: 0.99"))
    }

    @Test func termsOffersAndBudgetsFollowFromTheGraph() throws {
        let assembler = try assembler(
            "teach: {from: [t, u], to: s}", "teach: {from: [t, u], to: s, temperature: 1}",
            "edge: {from: t, to: s, loss: hint}",
            "edge: {from: t, to: s, codec: int8}")
        let s = try assembler.assembly(of: "s", as: .member(stage: 1))
        #expect(s.terms.map(\.name) == ["kd<t,u", "kd<t,u#2", "hint<t:features", "kd<t"])
        #expect(s.offers.isEmpty && s.training.steps == 40)
        #expect(
            s.groups[0].slots.map(\.name) == [
                "hint<t:features.regressor.weight", "hint<t:features.regressor.bias",
            ])
        let t = try assembler.assembly(of: "t", as: .member(stage: 1))
        #expect(t.offers.map(\.name) == ["logits", "features/map", "logits:int8"])
        let u = try assembler.assembly(of: "u", as: .member(stage: 1))
        #expect(u.offers.map(\.name) == ["logits"] && u.training.steps == 25)
        // u goes on teaching when it no longer learns.
        #expect(
            u.plan.deliveries.tensorsDue(from: "u", to: "s", step: 39, round: .before) == ["logits"]
        )
        #expect(u.plan.deliveries.tensorsDue(from: "u", to: "s", step: 40, round: .before).isEmpty)
    }

    /// Eight samples of a batch, 540 that are held out, ten classes; maps of 4·4·8·8 at layer1.
    @Test(arguments: [
        ("teach: {from: t, to: s}", 5400),
        ("teach: {from: t, to: s, codec: {kind: top-k, k: 2}}", 5400),
        ("edge: {from: t, to: s, loss: sp, taps: {from: layer3, to: features}}", 5400),
    ])
    func theLargestMessageFollowsFromTheGraph(_ teaching: String, _ values: Int) throws {
        let assembler = try assembler(teaching)
        for name in ["t", "s"] {
            let assembly = try assembler.assembly(of: name, as: .member(stage: 1))
            #expect(assembly.contracts?.mostValues == values)
        }
    }

    /// All processes must make the same of a configuration.
    @Test func everyLearnerHasTheSamePlan() throws {
        let assembler = try assembler("random-teacher: {from: [t, u], to: s}", "mutual: [t, u]")
        let plans = try ["t", "u", "s"].map {
            try assembler.assembly(of: $0, as: .member(stage: 1)).plan
        }
        for step in 0..<45 {
            for round in RoundSchedule.standard.rounds {
                for (from, to) in [("t", "s"), ("u", "s"), ("t", "u"), ("u", "t")] {
                    let tensorsDue = plans.map {
                        $0.deliveries.tensorsDue(from: from, to: to, step: step, round: round)
                    }
                    #expect(tensorsDue[0] == tensorsDue[1] && tensorsDue[1] == tensorsDue[2])
                }
            }
        }
    }

    @Test func whoWasTrainedBeforeIsFrozenInTheNextStage() throws {
        let assembler = try assembler("chain: {path: [t, u, s], staged: true}")
        let first = try assembler.assembly(of: "t", as: .member(stage: 1))
        #expect(first.training.steps == 40 && first.offers.isEmpty && first.terms.isEmpty)
        let second = try assembler.assembly(of: "t", as: .member(stage: 2))
        #expect(second.training.steps == 0 && second.offers.map(\.name) == ["logits"])
        let student = try assembler.assembly(of: "u", as: .member(stage: 2))
        #expect(student.training.steps == 25 && student.terms.map(\.name) == ["kd<t"])
        #expect(throws: SettingError.self) {
            try assembler.assembly(of: "s", as: .member(stage: 4))
        }
    }

    @Test func aLearnerAloneHasNoTerms() throws {
        let alone = try assembler("mutual: [t, u, s]").assembly(of: "s", as: .alone)
        #expect(alone.terms.isEmpty && alone.offers.isEmpty && alone.training.steps == 40)
        #expect(alone.plan.deliveries.neighbours(of: "s").teachers.isEmpty)
    }

    @Test func tapsAreLookedUpInTheModels() throws {
        #expect(
            try refusal("edge: {from: t, to: s, loss: sp, taps: {from: layer9, to: features}}")
                == "teaching 's' by loss 'sp' from t: learner 't' has no tap 'layer9' in its model 'resnet8': did you mean 'layer1'?"
                + " known: classes, features, layer1, layer2, layer3, map")
        #expect(
            try refusal("edge: {from: t, to: s, loss: sp, taps: {from: layer3}}")?
                .contains("learner 's' has no tap 'layer3' in its model 'plain-cnn'") == true)
        #expect(
            try refusal("edge: {from: t, to: s, loss: at, taps: {from: layer3, to: features}}")
                == "teaching 's' by loss 'at' from t: learner 's', taps features: attention takes images"
                + " C×H×W, not 64")
    }

    @Test func shapesThatDoNotFitAreRefused() throws {
        #expect(
            try refusal("edge: {from: t, to: s, loss: hint, taps: {from: layer3, to: features}}")
                == "teaching 's' by loss 'hint' from t: the shapes of map do not fit, the learner's is"
                + " 64×1×1 a sample, its teacher's 16×2×2: the learner's height and width must be at"
                + " least the teacher's")
        #expect(
            try refusal(
                "edge: {from: [t, s], to: u, loss: sp, taps: {from: features, to: layer1}}") == nil)
        #expect(
            try refusal("edge: {from: [t, s], to: u, loss: hint}")
                == "teaching 'u' by loss 'hint' from t, s: its teachers differ in shape; give each an"
                + " edge of its own")
        // What learns to follow a teacher follows one.
        #expect(
            try refusal(
                "edge: {from: [t, u], to: s, loss: hint, taps: {from: layer3, to: stage2}}")?
                .contains("it learns to follow one teacher, and here are 2") == true)
    }

    @Test func weightsThatAreMissingAreNamed() throws {
        let assembler = try assembler(
            "teach: {from: t, to: s}", "teach: {from: u, to: s}",
            overrides: ["learners.t.role=teacher", "learners.t.weights=nowhere.safetensors"])
        let error = #expect(throws: DiskError.self) { try assembler.checkAll() }
        #expect(error?.exitCode == .missingFile)
        #expect("\(error!)".contains("nowhere.safetensors: learner 't' takes its weights from it"))
    }
}
