import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Testing
import Training

/// Blocks that learn from the maps of a teacher in another process.
@Suite(.timeLimit(.minutes(1))) struct BlockTests {
    private static let steps = 7
    private let optimizer = SGD(rate: 0.1, momentum: 0.9, decay: 0.01)
    private let problem = Problem()

    /// The teacher, whose taps `block1` and `block2` are the ends of its stages.
    private func teacherModel() throws -> Model {
        let blocks = [try SearchedBlock("4 conv3"), try SearchedBlock("6/2 sep5")]
        return try Model(SearchedNet(blocks), input: [1, 4, 4], classes: Problem.classes)
    }

    private func supernet(isFirst: Bool) throws -> Model {
        let block = try SearchedBlock(
            isFirst ? "4 conv3|sep5|skip" : "6/2 conv3|sep5|mb3k3|skip conv3|skip")
        return try Model(
            SearchedNet.Alone(block, hasStem: isFirst, isAffine: true),
            input: isFirst ? [1, 4, 4] : [4, 4, 4], classes: Problem.classes)
    }

    private static func key(of name: String) -> RandomKey { RandomKey(seed: 9).child(name) }

    private func weights() throws -> (parameters: Parameters, buffers: Buffers) {
        let model = try teacherModel()
        return (model.initialParameters(key: Self.key(of: "t")), model.initialBuffers)
    }

    /// Both nodes; the block is given images, or the map of the first stage.
    private func assemblies(isFirst: Bool) throws -> [LearnerAssembly] {
        let taps = isFirst ? ["block1"] : ["block1", "block2"]
        let edge = EdgeOptions(
            loss: "block", knowledge: .feature, taps: Taps(from: taps, to: []),
            lossTraits: .imitatesStage)
        let group = EdgeGroup(from: ["t"], to: "b", edge)
        let offer = try KnowledgeOffer(edge, summary: .maps)
        let stream = try problem.stream(0..<60, batch: 6, named: "common")
        let graph = TeachingGraph(
            learners: [Learner(name: "t", role: .teacher), Learner(name: "b", role: .block)],
            groups: [group])
        let plan = TeachingPlan(
            graph, offers: [offer.name],
            calendar: TrainingCalendar(
                budgets: ["t": 0, "b": Self.steps],
                clocks: ["t": stream.clock, "b": stream.clock], evaluationEpochs: 0),
            key: RandomKey(seed: 9))
        func assembly(_ name: String, _ model: Model, steps: Int) throws -> LearnerAssembly {
            LearnerAssembly(
                name: name, model: model,
                training: TrainingPlan(
                    steps: steps, optimizer: optimizer, schedule: LearningRate(ConstantRate()),
                    clip: nil, taskWeight: 1, interval: 1),
                plan: plan,
                data: LearnerData(
                    own: stream, common: nil, clock: stream.clock, test: try problem.heldOut,
                    normalization: Problem.normalization),
                key: Self.key(of: name))
        }
        var teacher = try assembly("t", teacherModel(), steps: 0)
        teacher.offers = [offer]
        teacher.weights = try weights()
        var block = try assembly("b", supernet(isFirst: isFirst), steps: Self.steps)
        let places = try teacherModel().taps
        block.block = BlockTerm(
            group, name: "block<t", offer: offer, shapes: taps.compactMap { places[$0] })
        return [teacher, block]
    }

    /// The parameters of the block after all steps, by one process that holds both models.
    private func expected(isFirst: Bool) throws -> (Parameters, losses: [Double]) {
        let (teacher, start) = (try teacherModel(), try weights())
        let model = try supernet(isFirst: isFirst)
        let key = Self.key(of: "b")
        var parameters = model.initialParameters(key: key.child("parameters"))
        var (buffers, state) = (model.initialBuffers, optimizer.initialState(for: parameters))
        var stream = try problem.stream(0..<60, batch: 6, named: "common")
        var losses: [Double] = []
        for step in 0..<Self.steps {
            let images = stream.batch(at: step).images
            let frozen = ForwardPass(
                .evaluation, parameters: start.parameters, buffers: start.buffers,
                key: RandomKey(seed: 0))
            _ = teacher.network(Variable(images), frozen)
            let given = try #require(frozen.taps["block1"]).value
            let target = try #require(frozen.taps[isFirst ? "block1" : "block2"]).value
            let tape = Tape()
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: buffers, tape: tape,
                key: key.child("step").child(step))
            let output = model.network(Variable(isFirst ? images : given), pass)
            let loss = (output - Variable(target)).squared().mean()
            losses.append(Double(loss.value.scalar))
            tape.backward(from: loss)
            optimizer.step(
                &parameters, gradients: pass.gradients(of: parameters), state: &state, rate: 0.1,
                leaving: pass.leftOut.map { model.slots[$0] })
            buffers = pass.buffers
        }
        return (parameters, losses)
    }

    /// To the bit what one process computes; the reported loss is the mean square.
    @Test(arguments: [true, false])
    func aBlockLearnsAsInOneProcess(isFirst: Bool) throws {
        let trained = trainTogether(try assemblies(isFirst: isFirst))
        for name in ["t", "b"] { #expect(trained[name]?.error == nil) }
        let block = try #require(trained["b"])
        let expected = try expected(isFirst: isFirst)
        #expect(block.state.step == Self.steps)
        #expect(block.state.parameters.flat.values == expected.0.flat.values)
        let losses = block.intervals.map { $0.terms["block<t"]?.value }
        #expect(losses == expected.losses)
        #expect(block.published.isEmpty)
    }
}
