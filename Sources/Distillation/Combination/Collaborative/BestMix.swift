import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *linear*:
/// the target is the convex mix of logits with the lowest cross-entropy on the batch.
struct BestMix: CollaborativeTarget, OptionFree {
    static let name = "kdcl-linear"
    static let summary = "the best convex mix of logits on the batch (KDCL, Guo et al. 2020)"

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        let weights = ConvexMix(of: all, labels: context.requiredLabels).weights()
        return all.combined(student, weights: weights, by: loss, context)
    }
}
