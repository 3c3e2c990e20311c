import CohortGraph
import NeuralNetwork

/// What the four targets of *Online Knowledge Distillation via Collaborative Learning* (Guo et al.
/// 2020), KDCL, have in common: each is made of the logits of all, the learner's own included,
/// which are a constant in it.
protocol CollaborativeTarget: Combination {}

extension CollaborativeTarget {
    /// The traits of every such target.
    static var common: CombinationTraits { [.needsLabels, .responsesOnly, .includesStudent] }

    var traits: CombinationTraits { Self.common }
}

extension [Tensor] {
    /// The loss against a mean of these logits by weights that sum to 1, which are its shares.
    func combined(
        _ student: Variable, weights: [Double], by loss: any DistillationLoss,
        _ context: LossContext
    ) -> CombinedLoss {
        CombinedLoss(term: loss(student, mean(weights: weights), context), shares: weights)
    }
}
