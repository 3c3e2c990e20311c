import CohortGraph
import NeuralNetwork

/// The four targets of *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020),
/// KDCL.
enum CollaborativeTarget: String, CaseIterable, Sendable {
    /// The logits of whoever has the lowest cross-entropy on the batch.
    case naive
    /// The convex mix of logits with the lowest cross-entropy on the batch.
    case linear
    /// Each class's smallest distance to the label's logit: min over m of z_mj − z_my.
    case minLogit = "min-logit"
    /// The mix of logits by the covariance of validation errors: w = C⁻¹1 / (1ᵀC⁻¹1).
    case general

    var summary: String {
        switch self {
        case .naive: "the logits of the best on the batch, itself included (KDCL, Guo et al. 2020)"
        case .linear: "the best convex mix of logits on the batch (KDCL, Guo et al. 2020)"
        case .minLogit: "the smallest logits beside the label's (KDCL, Guo et al. 2020)"
        case .general: "a mix by the covariance of validation errors (KDCL, Guo et al. 2020)"
        }
    }
}

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020): the loss against one
/// target made of the logits of all, the learner's own included.
///
/// The learner's own logits are a constant in the target.
struct CollaborativeLearning: Combination {
    let target: CollaborativeTarget

    var traits: CombinationTraits {
        let errors: CombinationTraits = target == .general ? [.needsErrors, .needsAll] : []
        return errors.union([.needsLabels, .responsesOnly])
    }
    /// Nothing is measured before the first epoch ends; the general target then weighs all alike.
    var initialMemory: ErrorCovariance { ErrorCovariance() }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout ErrorCovariance
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        let shares = weights(of: all, context, memory)
        let logits = shares.map(all.mean) ?? smallest(of: all, labels: context.requiredLabels)
        return CombinedLoss(term: loss(student, logits, context), shares: shares)
    }

    func observe(_ validation: ValidationLogits, memory: inout ErrorCovariance) {
        guard target == .general else { return }
        memory = ErrorCovariance(
            of: [validation.student] + validation.teachers.values, labels: validation.labels)
    }

    /// Each one's weight in the mean of logits that is the target; nil where it is no such mean.
    private func weights(
        of all: [Tensor], _ context: LossContext, _ errors: ErrorCovariance
    ) -> [Double]? {
        switch target {
        case .naive: best(of: all, labels: context.requiredLabels)
        case .linear: ConvexMix(of: all, labels: context.requiredLabels).weights()
        case .minLogit: nil
        case .general: leastErrorWeights(errors.rows, count: all.count)
        }
    }

    /// 1 for the lowest cross-entropy, the first of equals; 0 for the rest.
    private func best(of all: [Tensor], labels: [Int]) -> [Double] {
        let losses = all.map { Variable($0).logProbabilities(at: 1).crossEntropy(labels) }
        let least = losses.indices.min { losses[$0].value.scalar < losses[$1].value.scalar }
        return all.indices.map { $0 == least ? 1 : 0 }
    }

    private func smallest(of all: [Tensor], labels: [Int]) -> Tensor {
        let (shape, values) = (all[0].shape, all.map(\.values))
        let target = values[0].indices.map { place -> Float in
            let row = place / shape[1]
            let own = row * shape[1] + labels[row]
            return values.map { $0[place] - $0[own] }.min() ?? 0
        }
        return Tensor(shape: shape, values: target)
    }
}
