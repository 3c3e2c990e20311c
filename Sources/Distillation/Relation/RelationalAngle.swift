import NeuralNetwork
import Options

/// *Relational Knowledge Distillation* (Park et al. 2019), by angle: the Huber loss of cos∠(j, i,
/// k) between the two sides, averaged over all ordered triples of samples.
///
/// Embeddings may differ in width. The angles take N³ numbers and their making N²·D.
struct RelationalAngle: DistillationLoss, OptionFree {
    static let name = "rkd-angle"
    static let summary = "relational distillation: angles of samples (Park et al. 2019)"

    var summary: Summary { .embedding }

    /// Embeddings of any width have angles.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {}

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm((angles(student) - angles(Variable(teacher))).map(.huber).mean())
    }

    /// The cosine between x_j − x_i and x_k − x_i of embeddings N×D, at i, j, k; 0 where either is
    /// none.
    private func angles(_ x: Variable) -> Variable {
        let (count, width) = (x.shape[0], x.shape[1])
        let differences =
            x.reshaped([1, count, width]) - x.reshaped([count, 1, width])
        let directions = differences.normalizedRows()
        return directions.batchedMatmul(directions.permuted([0, 2, 1]))
    }
}
