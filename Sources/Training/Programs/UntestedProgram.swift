import NeuralNetwork
import Reporting

/// A program that learns step by step and is tested on no samples: it makes samples, or learns a
/// part of a model.
protocol UntestedProgram: NodeProgram {
    var assembly: LearnerAssembly { get }
    var context: NodeContext { get }
    /// How far it has come.
    var record: StepRecord { get set }

    /// Takes one step from ``record``, and changes nothing there.
    mutating func outcome(of step: Int) throws -> StepOutcome
}

/// The whole steps of a program, and the interval of its reports that is under way.
struct StepRecord {
    /// Whole steps only: a step that fails leaves nothing in it.
    var done: LearnerProgress
    var meter: IntervalMeter

    /// - Parameter progress: where to go on; nil begins.
    init(_ assembly: LearnerAssembly, from progress: LearnerProgress?, _ context: NodeContext) {
        done = progress ?? LearnerProgress(assembly.initialState)
        meter = context.beginInterval()
    }
}

extension UntestedProgram {
    var state: LearnerState { record.done.state }

    /// As long as it learns, and as long as those learn that it publishes for.
    var stepCount: Int { assembly.plan.deliveries.steps(of: assembly.name) }

    var isDone: Bool { state.step >= stepCount }

    var progress: LearnerProgress? { record.done }

    var result: NodeResult? { NodeResult(state, nil) }

    mutating func begin() throws {
        // One that was trained in an earlier life needs nobody's knowledge any more.
        if isDone { try context.exchange?.checkpointed(oldest: .max, newest: .max) }
    }

    mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let step = state.step
        let outcome = try outcome(of: step)
        record.done.state = outcome.state
        record.done.exchange = context.exchange?.state
        record.meter.add(outcome, took: clock.now - start)
        guard state.step.isMultiple(of: assembly.training.interval) || isDone else { return }
        try context.endInterval(
            &record.meter, step: state.step, epoch: assembly.data.clock.epoch(after: step) + 1,
            rate: assembly.training.rate(at: step))
    }

    /// The forward pass of a step from a state; without a tape nothing is learned of it.
    func pass(
        _ mode: ForwardPass.Mode, _ state: LearnerState, _ tape: Tape?
    ) -> ForwardPass {
        ForwardPass(
            mode, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: assembly.key.child("step").child(state.step))
    }

    /// Takes the optimiser's step along the gradient that a pass left; parameters that it left out
    /// stay as they are.
    ///
    /// - Parameter state: in which the pass began.
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    func update(
        _ outcome: inout StepOutcome, by pass: ForwardPass, from state: LearnerState
    ) throws {
        let training = assembly.training
        var gradients = [pass.gradients(of: state.parameters)]
        outcome.gradientNorm = training.clip.map { Double(gradients.clip(norm: $0)) }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: state.step, outcome.sizes)
        }
        training.optimizer.step(
            &outcome.state.parameters, gradients: gradients[0], state: &outcome.state.optimizer,
            rate: training.rate(at: state.step),
            leaving: pass.leftOut.sorted().map { state.parameters.slots[$0] })
        outcome.state.buffers = pass.buffers
    }
}
