import CohortGraph
import Exchange
import NeuralNetwork

/// A generator: at each step it makes samples of random numbers and sends them to everyone who
/// teaches or learns on them; at its own steps it learns from the gradients in them.
///
/// It computes the gradient of its objective in what the others publish of the samples, and sends
/// it to them; each carries it on through its own model and sends back the gradient in the samples.
struct GeneratorProgram: UntestedProgram {
    let assembly: LearnerAssembly
    let context: NodeContext
    var record: StepRecord
    private let exchange: any KnowledgeExchange
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
        (self.assembly, self.context, self.exchange) = (assembly, context, exchange)
        record = StepRecord(assembly, from: progress, context)
        guidance = GeneratorGuidance(assembly, exchange)
        let turns = assembly.guides.compactMap(\.group.edge.schedule.turn)
        repeats = turns.first { $0.repeatsSamples || $0.bank != nil }?.cycle ?? 1
        batches = turns.lazy.compactMap(BankedBatches.init).first
    }

    /// One step: samples, and where it is the generator's turn an update.
    func outcome(of step: Int) throws -> StepOutcome {
        let state = batches?.begun(state, at: step, of: assembly) ?? state
        guard assembly.plan.deliveries.generatorLearns(at: step) else {
            return try given(at: step, by: state)
        }
        var outcome = StepOutcome(state: state, samples: assembly.data.teachingSource.batchSize)
        let tape = Tape()
        let pass = pass(.training, state, tape)
        let made = assembly.model.network(Variable(assembly.latents(step / repeats)), pass)
        let shown = assembly.views?(made, key: assembly.key.child("views").child(step)) ?? made
        let digest = try assembly.publish(made: shown.value, at: step, over: exchange)
        let isLast = batches?.ends(at: step) == true
        let gradient = try guidance.gradient(
            in: shown.value, digest: digest, isLast: isLast, &outcome)
        tape.backward(from: (shown * Variable(gradient)).sum())
        try update(&outcome, by: pass, from: state)
        if isLast {
            let batch = try finished(at: step, outcome.state)
            outcome.state.buffers.bank?.add(batch)
        }
        outcome.state.step += 1
        return outcome
    }

    /// The batch that the update of a step finishes. What makes it of random numbers normalizes it
    /// by its own moments, as at all steps before; images that are learned themselves lie still.
    private func finished(at step: Int, _ state: LearnerState) throws -> Tensor {
        let mode: ForwardPass.Mode = assembly.model.input == [0] ? .evaluation : .training
        let final = pass(mode, state, nil)
        let batch = assembly.model.network(Variable(assembly.latents(step / repeats)), final)
        guard batch.value.isFinite else { throw Divergence(.outputs, at: step) }
        return batch.value
    }

    /// One step at which others learn: fresh samples, or some of those that are kept.
    private func given(at step: Int, by state: LearnerState) throws -> StepOutcome {
        let samples = assembly.data.teachingSource.batchSize
        var outcome = StepOutcome(state: state, samples: samples)
        if let batches, let bank = state.buffers.bank {
            let key = assembly.key.child("bank")
            let drawn = batches.drawn(samples, from: bank, at: step, key: key)
            _ = try assembly.publish(made: drawn, at: step, over: exchange)
        } else {
            let pass = pass(.training, state, nil)
            let made = assembly.model.network(Variable(assembly.latents(step / repeats)), pass)
            _ = try assembly.publish(made: made.value, at: step, over: exchange)
            outcome.state.buffers = pass.buffers
        }
        outcome.state.step += 1
        return outcome
    }
}
