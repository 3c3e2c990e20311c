import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Options
import Testing
import Training

/// A generator that learns to make what a frozen one makes of the same random numbers.
@Suite(.timeLimit(.minutes(2))) struct FollowedGeneratorTests {
    private static let shape = [1, 4, 4]
    private static let batch = 5
    private static let clock = EpochClock(samples: 60, batch: batch)

    private static func key(_ name: String) -> RandomKey { RandomKey(seed: 3).child(name) }

    private static func group(_ form: String) throws -> EdgeGroup {
        var edge = EdgeOptions(loss: "pixels", knowledge: .inputs, lossTraits: .guides)
        edge.loss = NamedOptions(name: "pixels", options: .map(["form": .scalar(form)]))
        edge.inputs = .made
        edge.weight = 2
        return EdgeGroup(from: ["big", "small"], to: "small", edge)
    }

    private func plan(_ form: String, steps: Int) throws -> TeachingPlan {
        TeachingPlan(
            TeachingGraph(
                learners: [
                    Learner(name: "big", role: .frozenGenerator),
                    Learner(name: "small", role: .generator),
                ], groups: [try Self.group(form)]),
            offers: ["samples"],
            calendar: TrainingCalendar(
                budgets: ["big": 0, "small": steps],
                clocks: ["big": Self.clock, "small": Self.clock], evaluationEpochs: 0),
            key: RandomKey(seed: 3))
    }

    private func assembly(
        _ name: String, channels: Int, _ form: String, steps: Int
    ) throws -> LearnerAssembly {
        let model = try Model(
            ConvolutionalGenerator(latent: 3, channels: channels, ending: .tanh),
            output: Self.shape, samples: Self.batch, classes: Problem.classes)
        let learns = name == "small"
        var assembly = LearnerAssembly(
            name: name, model: model,
            training: TrainingPlan(
                steps: learns ? steps : 0, optimizer: AdamW(rate: 0.01, decay: 0),
                schedule: LearningRate(ConstantRate()), clip: nil, taskWeight: 1, interval: 1),
            plan: try plan(form, steps: steps),
            data: LearnerData(
                own: MadeBatches(of: "big", batchSize: Self.batch, clock: Self.clock), common: nil,
                clock: Self.clock, test: try Problem().heldOut,
                normalization: Problem.normalization),
            key: Self.key(name))
        guard learns else { return assembly }
        assembly.numbers = Self.key("big").child("numbers")
        let group = try Self.group(form)
        assembly.guides = [
            GuideTerm(
                group, index: 0, name: "pixels<big",
                offer: try KnowledgeOffer(group.edge, summary: .samples),
                loss: try GeneratorLosses.registry.make("pixels", options: group.edge.loss.options))
        ]
        return assembly
    }

    private func train(_ form: String = "l1", steps: Int, channels: Int = 4) throws
        -> [String: Trained]
    {
        try trainTogether([
            assembly("big", channels: 8, form, steps: steps),
            assembly("small", channels: channels, form, steps: steps),
        ])
    }

    /// The first step is that of one process which holds both generators.
    @Test(arguments: ["l1", "mse"]) func theStepIsThatOfOneProcess(form: String) throws {
        let results = try train(form, steps: 1)
        #expect(results.values.allSatisfy { $0.error == nil })
        let (big, small) = (
            try assembly("big", channels: 8, form, steps: 1),
            try assembly("small", channels: 4, form, steps: 1)
        )
        let key = big.key.child("numbers").child(0)
        let z = Variable(
            Tensor(shape: [Self.batch, 3], values: (0..<Self.batch * 3).map { key.normal(at: $0) }))
        let target = big.model.network(
            z,
            ForwardPass(
                .evaluation, parameters: big.initialState.parameters,
                buffers: big.initialState.buffers, key: RandomKey(seed: 0)))
        var state = small.initialState
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: RandomKey(seed: 0))
        let difference = small.model.network(z, pass) - target
        let loss = form == "l1" ? difference.absolute().mean() : difference.squared().mean()
        tape.backward(from: loss * 2)
        let gradient = pass.gradients(of: state.parameters)
        small.training.optimizer.step(
            &state.parameters, gradients: gradient, state: &state.optimizer, rate: 0.01)
        let found = try #require(results["small"])
        #expect(found.state.parameters.flat.values == state.parameters.flat.values)
        #expect(found.state.buffers.layers == pass.buffers.layers)
        let report = try #require(found.intervals.first?.terms["pixels<big"])
        #expect(abs(report.value - 2 * Double(loss.value.scalar)) < 1e-6)
    }

    /// It comes nearer, on numbers that never come twice; the frozen one stays as it was.
    @Test func itComesNearer() throws {
        let results = try train(steps: 80)
        let losses = try #require(results["small"]).intervals.compactMap(\.totalLoss)
        #expect(losses.count == 80)
        let (first, last) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(last < 0.7 * first)
        let big = try #require(results["big"])
        #expect(Set(big.published.map(\.batchDigest)).count == 80)
        #expect(big.published.allSatisfy { $0.round == .inputs(ahead: 0) })
        let before = try assembly("big", channels: 8, "l1", steps: 80).initialState
        #expect(big.state.digest == before.digest)
    }
}
