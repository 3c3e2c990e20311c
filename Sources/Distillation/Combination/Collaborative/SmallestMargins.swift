import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *min-logit*:
/// the target is each class's smallest distance to the label's logit, min over m of z_mj − z_my.
struct SmallestMargins: CollaborativeTarget, OptionFree {
    static let name = "kdcl-min-logit"
    static let summary = "the smallest logits beside the label's (KDCL, Guo et al. 2020)"

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        let target = smallest(of: all, labels: context.requiredLabels)
        return CombinedLoss(term: loss(student, target, context))
    }

    private func smallest(of all: [Tensor], labels: [Int]) -> Tensor {
        let (shape, values) = (all[0].shape, all.map(\.values))
        let target = values[0].indices.map { place -> Float in
            let row = place / shape[1]
            let label = row * shape[1] + labels[row]
            return values.map { $0[place] - $0[label] }.min() ?? 0
        }
        return Tensor(shape: shape, values: target)
    }
}
