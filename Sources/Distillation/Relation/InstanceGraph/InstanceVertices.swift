import CohortGraph
import NeuralNetwork
import Options

/// *Knowledge Distillation via Instance Relationship Graph* (Liu et al. 2019), the vertices:
/// ½·Σ ‖z_t − z_s‖² / N.
///
/// T²·½‖z_t/T − z_s/T‖² is the same at every temperature. Logits are compared as they are, so that
/// an offset of a row counts.
struct InstanceVertices: DistillationLoss, OptionFree {
    static let name = "irg-vertices"
    static let summary = "instance graph: logits as vertices, squared difference (Liu et al. 2019)"

    var summary: Summary { .logits }
    var traits: LossTraits { [.vanishesAtEquality, .readsOffsets] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm.halfSquares(student, teacher)
    }
}

extension LossTerm {
    /// ½·Σ (t − s)² / N, N the first extent.
    static func halfSquares(_ student: Variable, _ teacher: Tensor) -> LossTerm {
        let squares = (student - Variable(teacher)).squared().sum()
        return LossTerm(squares / (2 * Float(student.shape[0])))
    }
}
