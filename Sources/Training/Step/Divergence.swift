import Bytes
import Distillation
import NeuralNetwork

/// The numbers of a learner's training are no longer finite.
package struct Divergence: ExitCodeError {
    /// What is not finite.
    package enum Cause: Hashable, Sendable {
        /// What the model computes of a batch.
        case outputs
        /// What the model computes of held-out samples.
        case heldOutputs
        /// The loss on the learner's own labels.
        case task
        /// Teaching terms, by name, and the largest of their teachers' values.
        case terms([String], teachers: Float?)
        /// The scalar by which a term's own parameters are trained.
        case auxiliary(term: String)
        /// The objective, whose parts are finite.
        case objective
        /// The norm of the gradient.
        case gradient
        /// The gradient in the samples that a generator made.
        case adjoint
        /// A part of the learner's state after a step.
        case state
    }

    /// What is not finite.
    package let cause: Cause
    /// The step, counted from 0.
    package let step: Int
    /// The sizes that the step came to before it failed.
    let sizes: LossSizes?
    /// What is known beside it; nil until the learner's program adds it.
    var circumstances: Circumstances?

    init(_ cause: Cause, at step: Int, _ sizes: LossSizes? = nil) {
        (self.cause, self.step, self.sizes) = (cause, step, sizes)
    }

    /// What a learner's program knows of a divergence.
    struct Circumstances: Sendable {
        /// The sizes of the last step that was done.
        var last: LossSizes?
        /// The part of the state that is not finite, in words.
        var part: String?
        /// What the objective has learned, in words, where it learns something.
        var learned: String?
        var training: TrainingPlan
        var terms: [TeachingTerm]
    }

    /// The process ends with 70, at whatever step.
    package var exitCode: ExitCode { .failure }

    /// The same with what the learner's program knows.
    func explained(
        by assembly: LearnerAssembly, _ state: LearnerState, last: LossSizes?
    ) -> Divergence {
        var explained = self
        explained.circumstances = Circumstances(
            last: last, part: state.nonFinitePart(assembly.layout),
            learned: state.objectiveInWords(assembly.layout), training: assembly.training,
            terms: assembly.terms)
        return explained
    }
}
