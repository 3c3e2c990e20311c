import CohortGraph
import Exchange
import NeuralNetwork
import Reporting

/// A generator that never learns: at each step it sends samples of fresh random numbers to everyone
/// who takes them, as evaluation makes them.
public struct FrozenGeneratorProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let context: NodeContext
    private let weights: LearnerState
    private var meter: IntervalMeter
    private var step: Int

    /// - Parameter first: the step from which it makes samples; its journal holds those before.
    init(_ assembly: LearnerAssembly, from first: Int, _ context: NodeContext) {
        self.assembly = assembly
        self.context = context
        weights = assembly.initialState
        meter = IntervalMeter(traffic: context.exchange?.traffic ?? [:])
        step = first
    }

    /// As long as anyone takes its samples.
    public var stepCount: Int { assembly.plan.deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    public var isDone: Bool { step >= stepCount }

    /// Its weights; there are no test samples of what it makes.
    public var result: NodeResult? { NodeResult(weights, nil) }

    /// It needs nobody's knowledge.
    public mutating func begin() throws {
        try context.exchange?.checkpointed(oldest: .max, newest: .max)
    }

    /// Sends the samples of the next step.
    public mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        try publish()
        meter.add(codecErrors: [:], took: clock.now - start)
        step += 1
        guard step.isMultiple(of: assembly.training.interval) || isDone else { return }
        let traffic = context.exchange?.traffic ?? [:]
        let epoch = assembly.data.clock.epoch(after: step - 1) + 1
        try context.report(
            .interval(meter.report(step: step, epoch: epoch, rate: nil, traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private func publish() throws {
        let round = Round.inputs(ahead: 0)
        let due = assembly.plan.deliveries.published(by: assembly.name, step: step, round: round)
        guard !due.isEmpty else { return }
        let pass = ForwardPass(
            .evaluation, parameters: weights.parameters, buffers: weights.buffers,
            key: assembly.key.child("serve").child(step))
        let made = assembly.model.network(Variable(assembly.latents(step)), pass).value
        guard made.isFinite else {
            throw FrozenModelFailure(
                learner: assembly.name, samples: "the random numbers of step \(step)",
                part: weights.nonFinitePart(assembly.layout))
        }
        let tensor = KnowledgeTensor(made: made, by: assembly.name)
        try context.exchange?.publish(
            Knowledge(
                epoch: assembly.data.clock.epoch(after: step), step: step, round: round,
                batchDigest: tensor.bytesDigest, tensors: [tensor]))
    }
}
