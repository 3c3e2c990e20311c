import Datasets
import NeuralNetwork

/// A generator that learns to make what another makes of the same random numbers.
///
/// No numbers come twice, so that the loss before each update is one on numbers that it has not
/// seen.
struct FollowingGeneratorProgram: UntestedProgram {
    let assembly: LearnerAssembly
    let context: NodeContext
    var record: StepRecord
    private var samples: any BatchSource

    /// - Parameter progress: where to go on; nil begins.
    init(_ assembly: LearnerAssembly, from progress: LearnerProgress?, _ context: NodeContext) {
        (self.assembly, self.context) = (assembly, context)
        record = StepRecord(assembly, from: progress, context)
        samples = assembly.data.received(over: context.exchange).teachingSource
    }

    mutating func outcome(of step: Int) throws -> StepOutcome {
        let images = try samples.batch(at: step).images
        var outcome = StepOutcome(state: state, samples: images.shape[0])
        let tape = Tape()
        let pass = pass(.training, state, tape)
        let made = assembly.model.network(Variable(assembly.latents(step)), pass)
        guard made.value.isFinite else { throw Divergence(.outputs, at: step) }
        let objective = try assembly.objective(&outcome) { _ in [Variable(images), made] }
        tape.backward(from: objective)
        try update(&outcome, by: pass, from: state)
        outcome.state.step += 1
        return outcome
    }
}
