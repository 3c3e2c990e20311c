import NeuralNetwork
import Options

/// *Knowledge Distillation via Instance Relationship Graph* (Liu et al. 2019), the edges:
/// ½·‖A_t − A_s‖²_F / N, A_ij = ‖f_i − f_j‖² / max A of a tap's mean over H×W.
///
/// The maximum is a constant of the gradient, as in the authors' code. That code differentiates
/// A_ij in f_i alone, which halves the gradient; here it is whole.
struct InstanceEdges: DistillationLoss, OptionFree {
    static let name = "irg-edges"
    static let summary = "instance graph: squared distances of samples (Liu et al. 2019)"

    var summary: Summary { .squaredDistances }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm.halfSquares(student, teacher)
    }
}

extension Variable {
    /// ‖F_i − F_j‖² of means over H×W, divided by the largest, N×N.
    var squaredDistances: Variable {
        // The scale of the means changes nothing, but distances of tiny ones have no gradient.
        asMap.globalAveragePool().dividedByLargest.rowDistances().dividedByLargest.squared()
    }

    /// Divided by its largest magnitude, a constant of the gradient; as it is where that is 0.
    var dividedByLargest: Variable {
        let largest = value.values.reduce(0) { max($0, abs($1)) }
        return largest < .leastNormalMagnitude ? self : self / largest
    }
}
