import CohortGraph
import NeuralNetwork
import Options

/// *From Knowledge Distillation to Self-Knowledge Distillation* (Yang et al. 2023), called NKD:
/// −p_y·log q_y − γ·T²·Σ p̂_i·log q̂_i, y the label, p the teacher's and q the learner's
/// probabilities at temperature 1, p̂ and q̂ those of the other classes at T, scaled to a sum of 1.
///
/// It does not vanish where both sides agree: it is a cross-entropy. The authors' later code leaves
/// the label's class among the others; the paper, and this, do not.
struct NormalizedDistillation: DistillationLoss, Configurable {
    static let name = "nkd"
    static let summary =
        "normalised distillation: the label's class, and the others (Yang et al. 2023)"

    let gamma: Float

    var summary: Summary { .logits }
    var traits: LossTraits { .needsLabels }

    init(options: inout OptionReader) throws(SettingError) {
        gamma = options.value(
            "gamma", default: 1.5, in: 0...1e6, help: "weight of the other classes")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard student.shape[1] > 1 else { return LossTerm(Variable(Tensor(0))) }
        let (labels, temperature) = (context.requiredLabels, context.temperature)
        let (own, others) = (
            student.relativeToRowMaxima(), Variable(teacher).relativeToRowMaxima()
        )
        let count = Float(labels.count)
        let target =
            others.softmax().selecting(labels: labels)
            * own.logSoftmax().selecting(labels: labels)
        let (q, p) = (
            (own.leavingOut(labels: labels) / temperature).logSoftmax(),
            (others.leavingOut(labels: labels) / temperature).softmax()
        )
        let rest = (p * q).sum() * (gamma * temperature * temperature)
        return LossTerm((target.sum() + rest) / -count)
    }
}
