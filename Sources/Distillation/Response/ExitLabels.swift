import CohortGraph
import NeuralNetwork
import Options

/// CE(y, z) of an early exit or a branch, whose labels the task term does not see:
/// *Deeply-Supervised Nets* (Lee et al. 2015). What the teacher computes does not count.
struct ExitLabels: DistillationLoss, OptionFree {
    static let name = "labels"
    static let summary = "an early exit: the labels alone (Lee et al. 2015)"

    var summary: Summary { .logits }
    /// The entropy of the labels remains where both sides are equal, and there is no temperature.
    var traits: LossTraits { [.needsLabels, .isUnscaled] }

    init() {}

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm(student.relativeToRowMaxima().crossEntropy(context.requiredLabels))
    }
}
