import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// A generator that learns to make what another makes of the same random numbers.
///
/// No numbers come twice, so that the loss before each update is one on numbers that it has not
/// seen.
public struct FollowingGeneratorProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let context: NodeContext
    private var samples: any BatchSource
    /// Whole steps only: a step that fails leaves nothing in it.
    private var done: LearnerProgress
    private var meter: IntervalMeter

    /// - Parameter progress: where to go on; nil begins.
    init(_ assembly: LearnerAssembly, from progress: LearnerProgress?, _ context: NodeContext) {
        self.assembly = assembly
        self.context = context
        samples = assembly.data.received(over: context.exchange).teachingSource
        done = progress ?? LearnerProgress(assembly.initialState)
        meter = IntervalMeter(traffic: context.exchange?.traffic ?? [:])
    }

    /// As long as it learns.
    public var stepCount: Int { assembly.training.steps }

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
        let batch = try samples.batch(at: step)
        let outcome = try outcome(of: step, following: batch.images)
        done.state = outcome.state
        done.exchange = context.exchange?.state
        meter.add(outcome, took: clock.now - start)
        guard done.state.step.isMultiple(of: assembly.training.interval) || isDone else { return }
        let traffic = context.exchange?.traffic ?? [:]
        let epoch = assembly.data.clock.epoch(after: step) + 1
        try context.report(
            .interval(
                meter.report(
                    step: done.state.step, epoch: epoch, rate: assembly.training.rate(at: step),
                    traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private func outcome(of step: Int, following images: Tensor) throws -> StepOutcome {
        let state = done.state
        var outcome = StepOutcome(state: state, samples: images.shape[0])
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: assembly.key.child("step").child(step))
        let made = assembly.model.network(Variable(assembly.latents(step)), pass)
        guard made.value.isFinite else { throw Divergence(.outputs, at: step) }
        var objective = Variable(Tensor(0))
        for term in assembly.guides {
            let weight =
                term.group.edge.weight * assembly.plan.draws.factor(of: term.index, at: step)
            let loss = term.loss([Variable(images), made])
            outcome.terms[term.name] = TermReport(
                value: Double(loss.value.scalar) * weight, weight: weight, open: 1)
            objective = objective + loss * Float(weight)
        }
        outcome.totalLoss = Double(objective.value.scalar)
        guard outcome.totalLoss.isFinite else { throw Divergence(.objective, at: step) }
        tape.backward(from: objective)
        try assembly.update(&outcome, by: pass, state)
        outcome.state.buffers = pass.buffers
        outcome.state.step += 1
        return outcome
    }
}
