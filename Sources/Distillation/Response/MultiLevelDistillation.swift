import CohortGraph
import NeuralNetwork
import Options

/// *Multi-level Logit Distillation* (Jin et al. 2023):
/// Σ over temperatures τ of τ²·KL(t‖s) + ‖P_tᵀP_t − P_sᵀP_s‖² / classes + ‖P_tP_tᵀ − P_sP_sᵀ‖² / N,
/// P the probabilities N×classes at τ.
///
/// The temperatures are ½, ¾, 1, 1¼ and 1½ times the edge's, 2 to 6 at the paper's 4. The paper
/// adds the same of a strongly augmented view, which is an edge of its own here. The authors' code
/// multiplies the sums by masks of unsure samples, which are none of the paper's.
struct MultiLevelDistillation: DistillationLoss, Configurable {
    static let name = "mlkd"
    static let summary =
        "multi-level logits: instances, classes and batch (Jin et al. 2023)"

    private static let shares: [Float] = [0.5, 0.75, 1, 1.25, 1.5]

    let classWeight: Float
    let batchWeight: Float

    var summary: Summary { .logits }

    init(options: inout OptionReader) throws(SettingError) {
        classWeight = options.value(
            "classes", default: 1, in: 0...1e6, help: "weight of the products of classes")
        batchWeight = options.value(
            "batch", default: 1, in: 0...1e6, help: "weight of the products of samples")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let levels = Self.shares.map { share in
            level(student, Variable(teacher), at: share * context.temperature)
        }
        return LossTerm(levels.dropFirst().reduce(levels[0], +))
    }

    /// The three distances at one temperature.
    private func level(
        _ student: Variable, _ teacher: Variable, at temperature: Float
    ) -> Variable {
        let (q, p) = (
            student.logProbabilities(at: temperature), teacher.logProbabilities(at: temperature)
        )
        let (own, others) = (q.exp(), p.exp())
        let (count, classes) = (Float(q.shape[0]), Float(q.shape[1]))
        let byClass =
            squares(own.transposed().matmul(own), others.transposed().matmul(others)) / classes
        let bySample =
            squares(own.matmul(own.transposed()), others.matmul(others.transposed())) / count
        return divergence(from: p, to: q, temperature: temperature) + byClass * classWeight
            + bySample * batchWeight
    }

    /// The squared Frobenius norm of a difference.
    private func squares(_ one: Variable, _ other: Variable) -> Variable {
        (one - other).squared().sum()
    }
}
