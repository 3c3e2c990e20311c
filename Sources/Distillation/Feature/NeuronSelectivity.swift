import NeuralNetwork
import Options

/// *Like What You Like: Knowledge Distill via Neuron Selectivity Transfer* (Huang and Wang 2017):
/// the squared maximum mean discrepancy of the two sides' channels, each an image of norm 1, under
/// the kernel (aᵀb)².
///
/// The larger image is averaged down to the smaller; channels may differ in number.
struct NeuronSelectivity: DistillationLoss, OptionFree {
    static let name = "nst"
    static let summary =
        "neuron selectivity transfer: discrepancy of channels (Huang and Wang 2017)"

    var summary: Summary { .map }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkImages(student, teacher, of: summary)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sides = matched(student, teacher)
        let (own, others) = (channels(sides.student), channels(sides.teacher))
        let discrepancy =
            meanKernel(own, own) + meanKernel(others, others) - meanKernel(own, others) * 2
        // A square, of which rounding may leave less than nothing.
        return LossTerm(discrepancy.reporting(max(0, Double(discrepancy.value.scalar))))
    }

    /// N×C×H×W as rows of norm 1, N×C×(H·W).
    private func channels(_ x: Variable) -> Variable {
        x.reshaped([x.shape[0], x.shape[1], x.shape[2] * x.shape[3]]).normalizedRows()
    }

    /// The mean of (aᵀb)² over samples and all pairs of their channels.
    private func meanKernel(_ a: Variable, _ b: Variable) -> Variable {
        a.batchedMatmul(b.permuted([0, 2, 1])).squared().mean()
    }
}
