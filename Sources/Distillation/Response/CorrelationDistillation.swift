import CohortGraph
import NeuralNetwork
import Options

/// *Knowledge Distillation from a Stronger Teacher* (Huang et al. 2022), called DIST:
/// T²·(β·(1 − ρ) averaged over samples + γ·(1 − ρ) averaged over classes), ρ Pearson's correlation
/// of both sides' probabilities at T: of a sample's classes, and of a class's samples.
///
/// A row whose probabilities are equal has no direction: 1 − ρ counts as ½ where one side is such,
/// as 0 where both are, and passes no gradient. The authors' code adds 1e-8 to the product of both
/// norms, so that classes to which nobody gives probability count less.
struct CorrelationDistillation: DistillationLoss, Configurable {
    static let name = "dist"
    static let summary =
        "correlations of probabilities within samples and within classes (Huang et al. 2022)"

    let beta: Float
    let gamma: Float

    var summary: Summary { .logits }

    init(options: inout OptionReader) throws(SettingError) {
        beta = options.value(
            "beta", default: 1, in: 0...1e6, help: "weight of the classes of a sample")
        gamma = options.value(
            "gamma", default: 1, in: 0...1e6, help: "weight of the samples of a class")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        let (own, others) = (
            student.logProbabilities(at: temperature),
            Variable(teacher).logProbabilities(at: temperature)
        )
        let samples = distance(own, others)
        let classes = distance(own.transposed(), others.transposed())
        return LossTerm((samples * beta + classes * gamma) * (temperature * temperature))
    }

    /// The mean over rows of 1 − ρ of probabilities, from their logarithms: half the square of the
    /// distance of directions.
    private func distance(_ student: Variable, _ teacher: Variable) -> Variable {
        let difference = directions(student) - directions(teacher)
        return difference.squared().sum() / Float(2 * student.shape[0])
    }

    /// Each row of probabilities less its mean, of norm 1. The largest of a row becomes 1 before,
    /// as a factor does not turn it: small ones keep their precision.
    private func directions(_ logarithms: Variable) -> Variable {
        let p = logarithms.relativeToRowMaxima().exp()
        return (p - p.mean(along: [1])).normalizedRows(epsilon: 1e-6)
    }
}
