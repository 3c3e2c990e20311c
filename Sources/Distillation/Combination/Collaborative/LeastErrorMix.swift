import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *general*:
/// the target is the mix of logits by the covariance of validation errors, w = C⁻¹1 / (1ᵀC⁻¹1).
struct LeastErrorMix: CollaborativeTarget, OptionFree {
    static let name = "kdcl-general"
    static let summary = "a mix by the covariance of validation errors (KDCL, Guo et al. 2020)"

    var traits: CombinationTraits {
        [.needsLabels, .needsErrors, .responsesOnly, .needsAll, .includesStudent]
    }

    /// No errors are measured before the first epoch ends: all members weigh alike.
    var initialMemory: ErrorCovariance { ErrorCovariance() }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout ErrorCovariance
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        let weights = leastErrorWeights(memory.rows, count: all.count)
        return all.combined(student, weights: weights, by: loss, context)
    }

    func observe(_ validation: ValidationLogits, memory: inout ErrorCovariance) {
        memory = ErrorCovariance(
            of: [validation.student] + validation.teachers.values, labels: validation.labels)
    }
}
