import NeuralNetwork

/// A generator that never learns: at each step it sends samples of fresh random numbers to everyone
/// who takes them, as evaluation makes them.
struct FrozenGeneratorProgram: NodeProgram {
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
        meter = context.beginInterval()
        step = first
    }

    /// As long as anyone takes its samples.
    var stepCount: Int { assembly.plan.deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    var isDone: Bool { step >= stepCount }

    /// Its weights; there are no test samples of what it makes.
    var result: NodeResult? { NodeResult(weights, nil) }

    /// It needs nobody's knowledge.
    mutating func begin() throws {
        try context.exchange?.checkpointed(oldest: .max, newest: .max)
    }

    /// Sends the samples of the next step.
    mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        try publish()
        meter.add(codecErrors: [:], took: clock.now - start)
        step += 1
        guard step.isMultiple(of: assembly.training.interval) || isDone else { return }
        try context.endInterval(
            &meter, step: step, epoch: assembly.data.clock.epoch(after: step - 1) + 1, rate: nil)
    }

    private func publish() throws {
        let pass = ForwardPass(
            .evaluation, parameters: weights.parameters, buffers: weights.buffers,
            key: assembly.key.child("serve").child(step))
        let made = assembly.model.network(Variable(assembly.latents(step)), pass).value
        guard made.isFinite else {
            throw FrozenModelFailure(
                learner: assembly.name, samples: "the random numbers of step \(step)",
                part: weights.nonFinitePart(assembly.layout))
        }
        _ = try assembly.publish(made: made, at: step, over: context.exchange)
    }
}
