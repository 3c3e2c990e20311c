import NeuralNetwork
import Options

/// *Knowledge Distillation via Instance Relationship Graph* (Liu et al. 2019), the transformation
/// between two layers: ½·Σ_i (a_t,i − a_s,i)² / N, a_i = ‖f_i − g_i‖² / max a of two taps' means
/// over H×W.
///
/// Both taps of a side have one width, as the first and the last block of a stage have. The maximum
/// is a constant of the gradient, as in the authors' code, which does not divide by N.
struct InstanceTransformation: DistillationLoss, OptionFree {
    static let name = "irg-transformation"
    static let summary = "instance graph: how far two taps of a sample lie apart (Liu et al. 2019)"

    var summary: Summary { .transformation }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm.halfSquares(student, teacher)
    }
}

extension Variable {
    /// ‖F₂ − F₁‖² of each sample's means over H×W, divided by the largest, N×1.
    func transformation(to other: Variable) -> Variable {
        let difference = other.asMap.globalAveragePool() - asMap.globalAveragePool()
        return difference.dividedByLargest.squared().sum(along: [1]).dividedByLargest
    }
}
