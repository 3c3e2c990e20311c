import NeuralNetwork
import Options

/// *Dreaming to Distill* (DeepInversion, Yin et al. 2020), R_feature: the sum, over the batch
/// normalizations of the teacher, of ‖mean − running mean‖₂ and ‖biased variance − running
/// variance‖₂ of what each reads. The norms are not squared.
///
/// The teacher publishes the norms, layers×2, and not its statistics.
struct RunningMoments: GeneratorLoss, Configurable {
    static let name = "moments"
    static let summary = "batches are to have the moments of the teacher's data (Yin et al. 2020)"

    /// The factor of the first layer's part.
    private let first: Float

    init(options: inout OptionReader) throws(SettingError) {
        first = options.value(
            "first-layer", default: 1, in: 0...1e6,
            help: "factor of the first layer's part; the authors take 10 for ImageNet")
    }

    var summary: Summary { .moments }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable]) -> Variable {
        let norms = teacher(shown)
        return norms.sum() + norms.rows(0..<1).sum() * (first - 1)
    }
}
