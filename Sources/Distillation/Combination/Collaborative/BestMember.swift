import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *naive*:
/// the target is the logits of whoever has the lowest cross-entropy on the batch.
struct BestMember: CollaborativeTarget, OptionFree {
    static let name = "kdcl-naive"
    static let summary =
        "the logits of the best on the batch, itself included (KDCL, Guo et al. 2020)"

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        return all.combined(
            student, weights: best(of: all, labels: context.requiredLabels), by: loss, context)
    }

    /// 1 for the lowest cross-entropy, the first of equals; 0 for the rest.
    private func best(of all: [Tensor], labels: [Int]) -> [Double] {
        let losses = all.map { Variable($0).logProbabilities(at: 1).crossEntropy(labels) }
        let least = losses.indices.min { losses[$0].value.scalar < losses[$1].value.scalar }
        return all.indices.map { $0 == least ? 1 : 0 }
    }
}
