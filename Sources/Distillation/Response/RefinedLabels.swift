import CohortGraph
import NeuralNetwork
import Options

/// *Self-Knowledge Distillation with Progressive Refinement of Targets* (Kim et al. 2021), PS-KD:
/// H(p_t, p) − H(y, p), H the cross-entropy, y the labels, p_t and p the teacher's and the
/// learner's probabilities.
///
/// Of weight α beside a task loss of weight 1 the sum is H((1 − α)·y + α·p_t, p), the paper's loss.
/// As in the authors' code there is no factor T², and the paper's temperature is 1. The labels'
/// part stays at temperature 1. The value is negative where the teacher's probabilities fit the
/// learner better than the labels do.
struct RefinedLabels: DistillationLoss, OptionFree {
    static let name = "ps-kd"
    static let summary = "a part of the labels becomes the teacher's responses (Kim et al. 2021)"

    var summary: Summary { .logits }
    /// The entropy of the teacher remains where both sides are equal.
    var traits: LossTraits { [.needsLabels, .isUnscaled] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let soft = softCrossEntropy(student, teacher, temperature: context.temperature)
        let hard = student.relativeToRowMaxima().crossEntropy(context.requiredLabels)
        return LossTerm(soft - hard)
    }
}
