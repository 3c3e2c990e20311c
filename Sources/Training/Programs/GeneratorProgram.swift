import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// A generator: at each step it makes samples of random numbers and sends them to everyone who
/// teaches or learns on them; at its own steps it learns from the gradients in them.
///
/// It computes the gradient of its objective in what the others publish of the samples, and sends
/// it to them; each carries it on through its own model and sends back the gradient in the samples.
public struct GeneratorProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let context: NodeContext
    private let exchange: any KnowledgeExchange
    /// Whole steps only: a step that fails leaves nothing in it.
    private var done: LearnerProgress
    private var meter: IntervalMeter
    private let guidance: GeneratorGuidance
    /// Steps whose samples are made of the same random numbers.
    private let repeats: Int
    /// The steps at which each batch is made that is kept; nil where none are.
    private let batches: BankedBatches?

    /// - Parameter progress: where to go on; nil begins.
    /// - Precondition: it has an exchange, as whoever makes samples for others does.
    init(_ assembly: LearnerAssembly, from progress: LearnerProgress?, _ context: NodeContext) {
        guard let exchange = context.exchange else {
            preconditionFailure("a generator has an exchange")
        }
        self.assembly = assembly
        self.context = context
        self.exchange = exchange
        done = progress ?? LearnerProgress(assembly.initialState)
        meter = IntervalMeter(traffic: exchange.traffic)
        guidance = GeneratorGuidance(assembly, exchange)
        let turns = assembly.guides.compactMap(\.group.edge.schedule.turn)
        repeats = turns.first { $0.repeatsSamples || $0.bank != nil }?.cycle ?? 1
        batches = turns.lazy.compactMap(BankedBatches.init).first
    }

    private var deliveries: Deliveries { assembly.plan.deliveries }

    /// As long as it learns, and as long as those learn that it makes samples for.
    public var stepCount: Int { deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    public var isDone: Bool { done.state.step >= stepCount }

    /// What a checkpoint holds: whole steps only.
    public var progress: LearnerProgress? { done }

    /// The weights after whole steps; there are no test samples of what it makes.
    public var result: NodeResult? { NodeResult(done.state, nil) }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() {}

    /// Takes the next step.
    public mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let step = done.state.step
        let outcome = try outcome(of: step)
        done.state = outcome.state
        done.exchange = exchange.state
        meter.add(outcome, took: clock.now - start)
        guard done.state.step.isMultiple(of: assembly.training.interval) || isDone else { return }
        let traffic = exchange.traffic
        try context.report(
            .interval(
                meter.report(
                    step: done.state.step, epoch: epoch(at: step) + 1,
                    rate: assembly.training.rate(at: step), traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private func epoch(at step: Int) -> Int { assembly.data.clock.epoch(after: step) }

    /// One step: samples, and where it is the generator's turn an update.
    private func outcome(of step: Int) throws -> StepOutcome {
        let state = batches?.begun(done.state, at: step, of: assembly) ?? done.state
        guard deliveries.generatorLearns(at: step) else { return try given(at: step, by: state) }
        var outcome = StepOutcome(state: state, samples: assembly.data.teachingSource.batchSize)
        let tape = Tape()
        let pass = pass(.training, state, tape)
        let made = assembly.model.network(Variable(assembly.latents(step / repeats)), pass)
        let digest = try publish(made.value, at: step)
        let gradient = try guidance.gradient(
            in: made.value, at: (step, digest, epoch(at: step)), &outcome)
        tape.backward(from: (made * Variable(gradient)).sum())
        try assembly.update(&outcome, by: pass, state)
        outcome.state.buffers = pass.buffers
        if let batches, batches.ends(at: step) {
            let final = self.pass(.evaluation, outcome.state, nil)
            let batch = assembly.model.network(Variable(assembly.latents(step / repeats)), final)
                .value
            guard batch.isFinite else { throw Divergence(.outputs, at: step) }
            outcome.state.buffers.bank?.add(batch)
        }
        outcome.state.step += 1
        return outcome
    }

    /// One step at which others learn: fresh samples, or some of those that are kept.
    private func given(at step: Int, by state: LearnerState) throws -> StepOutcome {
        let samples = assembly.data.teachingSource.batchSize
        var outcome = StepOutcome(state: state, samples: samples)
        if let batches, let bank = state.buffers.bank {
            let key = assembly.key.child("bank")
            _ = try publish(batches.drawn(samples, from: bank, at: step, key: key), at: step)
        } else {
            let pass = pass(.training, state, nil)
            let made = assembly.model.network(Variable(assembly.latents(step / repeats)), pass)
            _ = try publish(made.value, at: step)
            outcome.state.buffers = pass.buffers
        }
        outcome.state.step += 1
        return outcome
    }

    private func pass(
        _ mode: ForwardPass.Mode, _ state: LearnerState, _ tape: Tape?
    ) -> ForwardPass {
        ForwardPass(
            mode, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: assembly.key.child("step").child(state.step))
    }

    /// - Returns: the digest that identifies the batch.
    /// - Throws: ``Divergence`` where a sample is not finite.
    private func publish(_ samples: Tensor, at step: Int) throws -> UInt64 {
        guard samples.isFinite else { throw Divergence(.outputs, at: step) }
        let tensor = KnowledgeTensor(made: samples, by: assembly.name)
        let digest = tensor.bytesDigest
        let round = Round.inputs(ahead: 0)
        if !deliveries.published(by: assembly.name, step: step, round: round).isEmpty {
            try exchange.publish(
                Knowledge(
                    epoch: epoch(at: step), step: step, round: round, batchDigest: digest,
                    tensors: [tensor]))
        }
        return digest
    }
}
