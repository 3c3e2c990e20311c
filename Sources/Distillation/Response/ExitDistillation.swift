import CohortGraph
import NeuralNetwork
import Options

/// *Be Your Own Teacher* (Zhang et al. 2019), for the logits of an early exit:
/// (1 − α)·CE(y, z) + α·H(p_t, p) at a temperature T, H the cross-entropy with the teacher's
/// softened probabilities.
///
/// As in the authors' code there is no factor T². With α = 0 the exit learns from the labels alone,
/// as in *Deeply-Supervised Nets* (Lee et al. 2015).
struct ExitDistillation: DistillationLoss, Configurable {
    static let name = "byot"
    static let summary =
        "an early exit: the labels and the last layer's softened responses"
        + " (Zhang et al. 2019)"

    /// The weight of the teacher; that of the labels is what is left of 1.
    let alpha: Float

    var summary: Summary { .logits }
    /// The entropies of the labels and of the teacher remain where both sides are equal.
    var traits: LossTraits { [.needsLabels, .isUnscaled] }

    init(options: inout OptionReader) throws(SettingError) {
        alpha = options.value(
            "alpha", default: 0.3, in: 0...1, help: "weight of the teacher beside the labels")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let labels = student.relativeToRowMaxima().crossEntropy(context.requiredLabels)
        let soft = softCrossEntropy(student, teacher, temperature: context.temperature)
        return LossTerm(labels * (1 - alpha) + soft * alpha)
    }
}
