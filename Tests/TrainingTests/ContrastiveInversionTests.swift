import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options
import Testing
import Training

/// Contrastive model inversion: samples that are shown in two views, a projection that the
/// generator learns of what its teacher publishes of them, and a bank of features.
@Suite(.timeLimit(.minutes(2))) struct ContrastiveInversionTests {
    private static let families = ["plain-cnn", "mobilenet", "vgg8", "resnet8", "wrn-10-1"]
    private static let half = MadeCohort.batch / 2
    private static let contrast = 3

    /// Four steps in which two images are made, and three on the bank of two batches of them.
    private static func cohort() -> MadeCohort {
        var cohort = MadeCohort()
        cohort.bank = 2
        cohort.generatorTurn = .init(0..<4, of: 7, bank: 2)
        cohort.studentTurn = .init(4..<7, of: 7, bank: 2)
        let plain = Setting.map(["kind": .scalar("sgd"), "rate": .scalar(1)])
        cohort.guides = [
            ("assigned", nil, false), ("prior", .map(["form": .scalar("tv")]), false),
            ("disagreement", .map(["form": .scalar("agreeing")]), true),
            (
                "view-contrast",
                .map([
                    "head": .scalar(4), "bank": .scalar(2), "negatives": .scalar(3),
                    "shift": .scalar(2), "flip": .scalar(true), "optimizer": plain,
                ]), false
            ),
        ]
        cohort.optimizer = AdamW(rate: 0.05)
        cohort.steps = 21
        return cohort
    }

    private func tensor(
        _ trained: Trained?, _ step: Int, _ round: Round, _ name: String
    ) throws -> Tensor {
        let found = try #require(trained).published.first { $0.step == step && $0.round == round }
        let tensor = try #require(found?.tensors.first { $0.name == name })
        return Tensor(shape: tensor.shape, values: try tensor.values())
    }

    /// Everything in one process: the gradients in the pixels and in the projection.
    private func gradients(
        in pixels: Tensor, by cohort: MadeCohort
    ) throws -> (pixels: Tensor, projection: Tensor) {
        let (tape, half) = (Tape(), Self.half)
        let generator = try cohort.generator()
        let leaf = tape.leaf(pixels)
        var contrast = try GeneratorLosses.registry.make(
            "view-contrast", options: cohort.guides[Self.contrast].options)
        let views = try #require(contrast.views)
        let x = views(leaf, key: generator.key.child("views").child(0))
        let teacher = try cohort.teacherState()
        let frozen = ForwardPass(
            .evaluation, parameters: teacher.parameters, buffers: teacher.buffers,
            key: RandomKey(seed: 0))
        frozen.notesMoments = true
        frozen.notedRows = 0..<half
        let answers = try cohort.model(cohort.teacher).network(x, frozen).rows(0..<half)
        let state = try cohort.learner().initialState
        let learner = ForwardPass(
            .evaluation, parameters: state.parameters, buffers: state.buffers,
            key: RandomKey(seed: 0))
        let guesses = try cohort.model(cohort.student).network(x, learner).rows(0..<half)
        let features = try #require(frozen.taps["features"])
        let projection = generator.initialState.groups[1]
        let pass = ForwardPass(
            .training, parameters: projection.parameters, buffers: projection.buffers, tape: tape,
            key: RandomKey(seed: 0))
        var builder = ModelBuilder()
        try contrast.prepare(shown: features.shape, in: &builder)
        var objective = contrast(
            [features.reshaped(features.shape + [1, 1])],
            GuideContext(parameters: pass, key: RandomKey(seed: 0)))
        for guide in cohort.guides where guide.loss != "view-contrast" {
            let loss = try GeneratorLosses.registry.make(guide.loss, options: guide.options)
            let shown =
                switch loss.summary {
                case .samples: [x.rows(0..<half)]
                case .globalMoments: [try #require(frozen.momentDistances)]
                default: guide.readsStudent ? [answers, guesses] : [answers]
                }
            objective = objective + loss(shown)
        }
        tape.backward(from: objective)
        return (try #require(leaf.gradient), pass.gradients(of: projection.parameters))
    }

    private func expect(_ moved: Tensor, near expected: Tensor, from before: Tensor) {
        let size = expected.sumOfSquares.squareRoot()
        let error = (Variable(moved) - Variable(expected)).value.sumOfSquares.squareRoot()
        // A difference of numbers is as exact as these.
        let rounding = before.sumOfSquares.squareRoot() * Double(Float.ulpOfOne)
        #expect(size > 0 && error <= 2e-6 * size + rounding)
    }

    /// A step of plain gradient descent moves pixels and projection along the gradients of one
    /// process that holds all models.
    @Test(arguments: families)
    func theGradientsAreThoseOfOneProcess(_ family: String) throws {
        var cohort = Self.cohort()
        cohort.guides.append(("moments", .map(["samples": .scalar("global")]), false))
        cohort.optimizer = SGD(rate: 1)
        cohort.steps = 1
        cohort.teacher = try Models.make(family)
        cohort.student = try Models.make(family)
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }
        let before = try cohort.generator().initialState
        let after = try #require(results["g"]).state
        let slot = before.parameters.slots[0]
        let expected = try gradients(in: before.parameters[slot], by: cohort)
        let pixels = Variable(before.parameters[slot]) - Variable(after.parameters[slot])
        expect(pixels.value, near: expected.pixels, from: before.parameters[slot])
        let (old, new) = (before.groups[1].parameters.flat, after.groups[1].parameters.flat)
        let projection = Variable(old) - Variable(new)
        expect(projection.value, near: expected.projection, from: old)
    }

    /// Of each finished batch the features of its last step are kept, and its samples, which are
    /// half a batch; the projection goes on while samples begin anew.
    @Test func finishedBatchesAreKeptWithTheirFeatures() throws {
        let cohort = Self.cohort()
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }
        let state = try #require(results["g"]).state
        let samples = try #require(state.buffers.bank)
        #expect(samples.finished == 3 && samples.count == 2 * Self.half)
        let features = try #require(state.groups[1].buffers.bank)
        #expect(features.finished == 3 && features.count == 2 * MadeCohort.batch)
        // The third batch is in the place of the first.
        for (step, place) in [(10, 1), (17, 0)] {
            let shown = try tensor(results["t"], step, .before, "features/map")
            let kept = features.samples(
                Array(place * MadeCohort.batch..<(place + 1) * MadeCohort.batch))
            #expect(kept.values == shown.values)
        }
        // With one finished batch, a student has each sample of it twice.
        let size = MadeCohort.shape.reduce(1, *)
        let sent = try tensor(results["g"], 4, .inputs(ahead: 0), "samples@g").values
        let rows = stride(from: 0, to: sent.count, by: size).map { Array(sent[$0..<$0 + size]) }
        #expect(rows.count == MadeCohort.batch && Set(rows).count == Self.half)
    }

    /// The projection, its optimiser and the features are in a checkpoint: from any step on the
    /// same bits follow.
    @Test(arguments: [2, 4, 6, 7, 13]) func aCheckpointGoesOnToTheBit(stop: Int) throws {
        var cohort = Self.cohort()
        var options = try #require(cohort.guides[Self.contrast].options)
        options = .map([
            "head": options["head"]?.value, "bank": options["bank"]?.value,
            "optimizer": .scalar("adamw"),
        ])
        cohort.guides[Self.contrast].options = options
        let progress = try cohort.expectSameBits(stoppedAt: stop)
        let kept = try #require(progress["g"]?.state.groups[1].buffers.bank)
        #expect(kept.finished == stop / 7 + (stop % 7 >= 4 ? 1 : 0))
    }
}
