import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Testing
import Training

/// A generator whose gradient comes back over the wire.
@Suite(.timeLimit(.minutes(2))) struct MadeSamplesTests {
    /// One model of every family that takes images.
    private static let families = [
        "mlp", "lenet", "plain-cnn", "mobilenet", "shufflenet", "vgg8", "resnet8", "wrn-10-1",
    ]

    /// What a node published in a round of a step: the only tensor of it.
    private func tensor(_ trained: Trained?, _ step: Int, _ round: Round) throws -> Tensor {
        let found = try #require(
            trained?.published.first { $0.step == step && $0.round == round }?.tensors.first)
        return Tensor(shape: found.shape, values: try found.values())
    }

    /// The gradient in samples of what the cohort's generator minimises, in one process.
    private func gradient(in samples: Tensor, by cohort: MadeCohort) throws -> Tensor {
        let tape = Tape()
        let x = tape.leaf(samples)
        let teacher = try cohort.teacherState()
        let frozen = ForwardPass(
            .evaluation, parameters: teacher.parameters, buffers: teacher.buffers,
            key: RandomKey(seed: 0))
        let answers = try cohort.model(cohort.teacher).network(x, frozen)
        let student = try cohort.learner()
        let state = student.initialState
        let learning = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: student.key.child("step").child(0))
        var seen = x
        if var labelled = cohort.labelled {
            seen = .concatenating([Variable(try labelled.batch(at: 0).images), x])
        }
        let all = student.model.network(seen, learning)
        let guesses = all.rows(all.shape[0] - samples.shape[0]..<all.shape[0])
        let sure = try GeneratorLosses.registry.make("one-hot")
        let apart = try GeneratorLosses.registry.make(
            "disagreement", options: .map(["form": .scalar("l1")]))
        tape.backward(from: sure([answers]) + apart([answers, guesses]))
        return try #require(x.gradient)
    }

    /// The gradients that teacher and student send back are, in the sum, that of one process which
    /// holds all three models; and a plain step of the generator is along it. Also where the
    /// student learns from labelled samples, whose rows come before those that are made.
    @Test(arguments: families, [false, true])
    func theGradientIsThatOfOneProcess(_ family: String, isLabelled: Bool) throws {
        var cohort = MadeCohort()
        if isLabelled { cohort.labelled = try MadeCohort.labelledBatches }
        cohort.steps = 1
        cohort.teacher = try Models.make(family)
        cohort.student = try Models.make(family)
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }

        let samples = try tensor(results["g"], 0, .inputs(ahead: 0))
        let expected = try gradient(in: samples, by: cohort)
        var sum = try tensor(results["s"], 0, .returnedAdjoints)
        sum.add(try tensor(results["t"], 0, .returnedAdjoints))
        let size = expected.sumOfSquares.squareRoot()
        #expect(size > 0)
        let error = (Variable(sum) - Variable(expected)).value.sumOfSquares.squareRoot()
        #expect(error <= 1e-6 * size)

        // The generator's layer is linear: the gradient in its bias is the sum over the samples.
        let generator = try cohort.generator()
        let before = generator.initialState.parameters
        let after = try #require(results["g"]).state.parameters
        let slot = try #require(before.slots.first { $0.name == "fc.bias" })
        let step = (Variable(before[slot]) - Variable(after[slot])).value
        let bias = Variable(expected.reshaped([MadeCohort.batch, step.count])).sum(along: [0])
        let row = [1, step.count]
        let along = bias.reshaped(row) * 0.1
        let difference = (Variable(step.reshaped(row)) - along).value.sumOfSquares.squareRoot()
        #expect(difference <= 1e-6 * Double(step.count))
    }

    /// Where only the generator learns, neither decay nor momentum moves the student.
    @Test func nothingMovesWhoseTurnItIsNot() throws {
        var cohort = MadeCohort()
        cohort.steps = 4
        cohort.optimizer = SGD(rate: 0.1, momentum: 0.9, decay: 0.1)
        cohort.studentTurn = .init(0..<1, of: 2)
        cohort.generatorTurn = .init(1..<2, of: 2)
        let results = try cohort.train()
        var short = cohort
        short.steps = 3
        let fewer = try short.train()
        let (all, three) = (try #require(results["s"]), try #require(fewer["s"]))
        #expect(all.error == nil && three.error == nil)
        // The fourth step is the generator's.
        #expect(all.state.parameters.flat.values == three.state.parameters.flat.values)
        let (g, gThree) = (try #require(results["g"]), try #require(fewer["g"]))
        #expect(g.state.parameters.flat.values != gThree.state.parameters.flat.values)
        #expect(g.intervals.map(\.totalLoss).enumerated().allSatisfy { ($0 % 2 == 1) == ($1 != 0) })
    }

    /// A student learns on made samples at every step, be it one at which its terms weigh nothing
    /// and nobody asks it to guide the generator.
    @Test func aStudentTakesSamplesWhateverItsTermsWeigh() throws {
        var cohort = MadeCohort()
        cohort.steps = 4
        cohort.guides = [("one-hot", nil, false)]
        cohort.studentTurn = .init(0..<1, of: 2)
        let deliveries = try cohort.plan.deliveries
        for step in 0..<4 {
            #expect(
                deliveries.tensorsDue(from: "g", to: "s", step: step, round: .inputs(ahead: 0))
                    == ["samples@g"])
        }
        #expect(
            deliveries.tensorsDue(from: "g", to: "s", step: 4, round: .inputs(ahead: 0)).isEmpty)
        let results = try cohort.train()
        for name in ["g", "s", "t"] { #expect(results[name]?.error == nil) }
        #expect(results["s"]?.state.step == 4)
    }

    /// Samples of one cycle are made of the same random numbers where the method has it so.
    @Test(arguments: [true, false]) func randomNumbersRepeat(_ repeats: Bool) throws {
        var cohort = MadeCohort()
        cohort.steps = 4
        cohort.generatorTurn = .init(0..<1, of: 2, repeatsSamples: repeats)
        cohort.optimizer = SGD(rate: 0)
        let made = try #require(try cohort.train()["g"]).published.filter {
            $0.round == .inputs(ahead: 0)
        }
        #expect(made.count == 4)
        #expect((made[0].tensors == made[1].tensors) == repeats)
        #expect((made[0].batchDigest == made[1].batchDigest) == repeats)
        #expect(made[1].tensors != made[2].tensors)
    }

    /// Each sends and is sent what the rounds of a step say, and nothing at other steps.
    @Test func whatIsDueFollowsTheTurns() throws {
        var cohort = MadeCohort()
        cohort.studentTurn = .init(0..<2, of: 3)
        cohort.generatorTurn = .init(2..<3, of: 3)
        cohort.guides = [("disagreement", .map(["form": .scalar("l1")]), true)]
        cohort.steps = 6
        let deliveries = try cohort.plan.deliveries
        func due(_ from: String, _ to: String, _ step: Int, _ round: Round) -> [String] {
            deliveries.tensorsDue(from: from, to: to, step: step, round: round)
        }
        for step in 0..<6 {
            let isGenerators = step % 3 == 2
            #expect(due("g", "s", step, .inputs(ahead: 0)) == ["samples@g"])
            #expect(due("g", "t", step, .inputs(ahead: 0)) == ["samples@g"])
            #expect(due("t", "s", step, .before) == (isGenerators ? [] : ["logits"]))
            #expect(due("t", "g", step, .before) == (isGenerators ? ["logits"] : []))
            #expect(due("s", "g", step, .before) == (isGenerators ? ["logits"] : []))
            #expect(due("g", "t", step, .adjoints) == (isGenerators ? ["adjoint@t/logits"] : []))
            #expect(
                due("s", "g", step, .returnedAdjoints)
                    == (isGenerators ? ["adjoint@g/samples@g"] : []))
        }
        #expect(due("t", "g", 5, .evaluation).isEmpty)
        #expect(
            deliveries.rounds.rounds
                == [
                    .inputs(ahead: 0), .before, .after, .adjoints, .returnedAdjoints, .evaluation,
                    .ensemble, .validation,
                ])
        // What a journal is planned for is what is due.
        for name in ["g", "s", "t"] {
            for publication in deliveries.publications(of: name) where publication.share > 0 {
                let steps = (0..<6).count {
                    deliveries.published(by: name, step: $0, round: publication.round)
                        .contains(publication.tensor)
                }
                let isOfBatch = [.batch, .inputs, .adjoints].contains(
                    deliveries.rounds.samples(of: publication.round))
                guard isOfBatch else { continue }
                #expect(Double(steps) / 6 <= publication.share + 1e-9, "\(name) \(publication)")
            }
        }
    }
}
