import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options
import Testing
import Training

/// DeepInversion: images that are optimised by what a teacher publishes of them, and a bank of
/// finished ones.
@Suite(.timeLimit(.minutes(2))) struct BankedSamplesTests {
    /// One model of every family with batch normalization.
    private static let families = [
        "plain-cnn", "mobilenet", "shufflenet", "vgg8", "resnet8", "wrn-10-1",
    ]

    /// Four steps in which a batch is made, and three on the bank of two.
    private static func cohort(competes: Bool) -> MadeCohort {
        var cohort = MadeCohort()
        cohort.bank = 2
        cohort.generatorTurn = .init(0..<4, of: 7, bank: 2)
        cohort.studentTurn = .init(4..<7, of: 7, bank: 2)
        cohort.guides = [
            ("assigned", nil, false), ("prior", .map(["form": .scalar("tv")]), false),
        ]
        if competes {
            cohort.guides.append(("disagreement", .map(["form": .scalar("js")]), true))
        }
        cohort.optimizer = AdamW(rate: 0.05)
        cohort.steps = 21
        return cohort
    }

    private func tensors(_ trained: Trained?, _ round: Round) throws -> [Int: Tensor] {
        var found: [Int: Tensor] = [:]
        for knowledge in try #require(trained).published where knowledge.round == round {
            let tensor = try #require(knowledge.tensors.first)
            found[knowledge.step] = Tensor(shape: tensor.shape, values: try tensor.values())
        }
        return found
    }

    /// ∂L/∂x in one process that holds the teacher and the student, the latter as in evaluation.
    private func gradient(in samples: Tensor, by cohort: MadeCohort) throws -> Tensor {
        let tape = Tape()
        let x = tape.leaf(samples)
        let teacher = try cohort.teacherState()
        let frozen = ForwardPass(
            .evaluation, parameters: teacher.parameters, buffers: teacher.buffers,
            key: RandomKey(seed: 0))
        frozen.notesMoments = true
        let answers = try cohort.model(cohort.teacher).network(x, frozen)
        let state = try cohort.learner().initialState
        let learner = ForwardPass(
            .evaluation, parameters: state.parameters, buffers: state.buffers,
            key: RandomKey(seed: 0))
        let guesses = try cohort.model(cohort.student).network(x, learner)
        var objective = Variable(Tensor(0))
        for guide in cohort.guides {
            let loss = try GeneratorLosses.registry.make(guide.loss, options: guide.options)
            let shown =
                switch loss.summary {
                case .samples: [x]
                case .moments: [try #require(frozen.momentDistances)]
                default: guide.readsStudent ? [answers, guesses] : [answers]
                }
            objective = objective + loss(shown)
        }
        tape.backward(from: objective)
        return try #require(x.gradient)
    }

    /// The first step of plain gradient descent moves the pixels along the gradient of one process
    /// that holds all models, for every family with batch normalization.
    @Test(arguments: families)
    func theGradientIsThatOfOneProcess(_ family: String) throws {
        var cohort = Self.cohort(competes: true)
        cohort.guides.append(("moments", .map(["first-layer": .scalar("10")]), false))
        cohort.optimizer = SGD(rate: 1)
        cohort.steps = 1
        cohort.teacher = try Models.make(family)
        cohort.student = try Models.make(family)
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }
        let state = try #require(results["g"]).state
        let before = try cohort.generator().initialState.parameters
        let slot = before.slots[0]
        let samples = try #require(try tensors(results["g"], .inputs(ahead: 0))[0])
        #expect(samples.values == before[slot].values)
        let expected = try gradient(in: samples, by: cohort)
        let moved = Variable(before[slot]) - Variable(state.parameters[slot])
        let size = expected.sumOfSquares.squareRoot()
        let error = (moved - Variable(expected)).value.sumOfSquares.squareRoot()
        // A difference of pixels is as exact as these.
        let rounding = before[slot].sumOfSquares.squareRoot() * Double(Float.ulpOfOne)
        #expect(size > 0 && error <= 1e-6 * size + rounding)
        // Who is only asked stays as it is, its running moments included.
        let student = try #require(results["s"]).state
        let untouched = try cohort.learner().initialState
        #expect(student.parameters.flat.values == untouched.parameters.flat.values)
        #expect(student.buffers.layers == untouched.buffers.layers)
    }

    /// A batch begins anew after its turn, and the steps of students take finished samples alone.
    @Test func studentsTakeFinishedSamplesAlone() throws {
        let cohort = Self.cohort(competes: false)
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }
        let sent = try tensors(results["g"], .inputs(ahead: 0))
        let generator = try cohort.generator()
        let state = try #require(results["g"]).state
        let bank = try #require(state.buffers.bank)
        #expect(bank.finished == 3 && bank.count == 2 * MadeCohort.batch)
        for cycle in 1...2 {
            let begun = generator.model.initialParameters(
                key: generator.key.child("batch").child(cycle))
            #expect(sent[7 * cycle]?.values == begun[begun.slots[0]].values)
        }
        // The bank holds the third batch in the place of the first.
        let size = MadeCohort.shape.reduce(1, *)
        func rows(_ tensor: Tensor?) -> [[Float]] {
            let values = tensor?.values ?? []
            return stride(from: 0, to: values.count, by: size).map {
                Array(values[$0..<$0 + size])
            }
        }
        let kept = Set((0..<bank.count).map { bank.samples([$0]).values })
        let last = (18..<20).flatMap { rows(sent[$0]) }
        #expect(Set(last) == kept && last.count == kept.count)
        // With one batch, each step has all of it.
        let first = (4..<7).map { Set(rows(sent[$0])) }
        #expect(first[0].count == MadeCohort.batch)
        #expect(first[0] == first[1] && first[1] == first[2])
        #expect(first[0].isDisjoint(with: kept))
        // A student rests while a batch is made, and is sent nothing.
        let deliveries = try cohort.plan.deliveries
        for step in 0..<21 {
            let due = deliveries.tensorsDue(
                from: "g", to: "s", step: step, round: .inputs(ahead: 0))
            #expect(due.isEmpty == (step % 7 < 4))
        }
        let gathered = try #require(results["s"]).gathered.map(\.step)
        #expect(gathered.allSatisfy { $0 % 7 >= 4 })
    }

    /// The pixels, the optimiser and the bank are in a checkpoint: from any step on the same
    /// weights follow.
    @Test(arguments: [2, 4, 6, 7, 13]) func aCheckpointGoesOnToTheBit(stop: Int) throws {
        var cohort = Self.cohort(competes: true)
        cohort.images = OptimizedImages(jitter: 2, flips: true)
        let progress = try cohort.expectSameBits(stoppedAt: stop)
        let kept = try #require(progress["g"]?.state.buffers.bank)
        #expect(kept.finished == stop / 7 + (stop % 7 >= 4 ? 1 : 0))
    }
}
