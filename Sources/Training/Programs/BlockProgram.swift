import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// Learns a block of a student from the maps of a teacher (*Blockwisely Supervised Neural
/// Architecture Search with Knowledge Distillation*, Li et al. 2020): at each step it is given the
/// teacher's map of the stage before, and moves its own output towards the teacher's map of the
/// stage. The loss is the mean square, and nothing flows back to the teacher.
///
/// Of a supernet each step moves one path, drawn by the learner's key; other parameters stay as
/// they are. A block publishes nothing, so that blocks do not wait for one another.
public struct BlockProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let term: BlockTerm
    private let context: NodeContext
    private let exchange: any KnowledgeExchange
    /// Whole steps only: a step that fails leaves nothing in it.
    private var done: LearnerProgress
    private var data: LearnerData
    private var meter: IntervalMeter

    /// - Parameter progress: where to go on; nil begins.
    /// - Precondition: it has an exchange, as who learns from a teacher has.
    init(
        _ assembly: LearnerAssembly, _ term: BlockTerm, from progress: LearnerProgress?,
        _ context: NodeContext
    ) {
        guard let exchange = context.exchange else {
            preconditionFailure("a block has an exchange")
        }
        (self.assembly, self.term, self.context) = (assembly, term, context)
        self.exchange = exchange
        done = progress ?? LearnerProgress(assembly.initialState)
        data = assembly.data
        meter = IntervalMeter(traffic: exchange.traffic)
    }

    /// As long as its training lasts.
    public var stepCount: Int { assembly.training.steps }

    /// Whether every step is done.
    public var isDone: Bool { done.state.step >= stepCount }

    /// What a checkpoint holds: whole steps only.
    public var progress: LearnerProgress? { done }

    /// The weights after whole steps; a block classifies no test samples.
    public var result: NodeResult? { NodeResult(done.state, nil) }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() throws {
        // One that was trained in an earlier life needs no teacher's knowledge any more.
        if isDone { try exchange.checkpointed(oldest: .max, newest: .max) }
    }

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
                    step: done.state.step, epoch: data.clock.epoch(after: step) + 1,
                    rate: assembly.training.rate(at: step), traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private mutating func outcome(of step: Int) throws -> StepOutcome {
        let state = done.state
        let batch = try data.teachingBatch(at: step)
        var outcome = StepOutcome(state: state, samples: batch.count)
        let maps = try maps(of: batch, at: step, &outcome)
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: assembly.key.child("step").child(step))
        let output = assembly.model.network(Variable(maps.input ?? batch.images), pass)
        guard output.value.isFinite else { throw Divergence(.outputs, at: step) }
        let loss = (output - Variable(maps.target)).squared().mean()
        let value = Double(loss.value.scalar)
        outcome.totalLoss = value
        outcome.terms[term.name] = TermReport(value: value, weight: 1, open: 1)
        outcome.sizes.terms.append(LossSizes.Term(name: term.name, value: value, weight: 1))
        guard value.isFinite else {
            throw Divergence(
                .terms(outcome.sizes.unboundedTerms, teachers: nil), at: step, outcome.sizes)
        }
        tape.backward(from: loss)
        try update(&outcome, by: pass, state)
        return outcome
    }

    /// Waits for the teacher's maps of a batch.
    private func maps(
        of batch: Batch, at step: Int, _ outcome: inout StepOutcome
    ) throws -> (input: Tensor?, target: Tensor) {
        var received = ReceivedKnowledge()
        received.add(
            try exchange.gather(step: step, round: .before, batchDigest: batch.digest),
            of: assembly.plan.deliveries.graph.original)
        (outcome.waited, outcome.waitedFor) = (received.waited, received.waitedFor)
        return try term.maps(in: received)
    }

    /// Takes the optimiser's step for the parameters of the path.
    ///
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    private func update(
        _ outcome: inout StepOutcome, by pass: ForwardPass, _ state: LearnerState
    ) throws {
        var gradients = [pass.gradients(of: state.parameters)]
        outcome.gradientNorm = assembly.training.clip.map { Double(gradients.clip(norm: $0)) }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: state.step, outcome.sizes)
        }
        assembly.training.optimizer.step(
            &outcome.state.parameters, gradients: gradients[0], state: &outcome.state.optimizer,
            rate: assembly.training.rate(at: state.step),
            leaving: pass.leftOut.sorted().map { state.parameters.slots[$0] })
        outcome.state.buffers = pass.buffers
        outcome.state.step += 1
    }
}
