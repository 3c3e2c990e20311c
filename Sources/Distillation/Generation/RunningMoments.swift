import NeuralNetwork
import Options

/// *Dreaming to Distill* (DeepInversion, Yin et al. 2020), R_feature: the sum, over the batch
/// normalizations of the teacher, of ‖mean − running mean‖₂ and ‖biased variance − running
/// variance‖₂ of what each reads. The norms are not squared.
///
/// The teacher publishes the norms, layers×2, and not its statistics. Of samples that are shown in
/// two views those of the global ones alone may count, as in *Contrastive Model Inversion* (Fang et
/// al. 2021).
struct RunningMoments: GeneratorLoss, Configurable {
    static let name = "moments"
    static let summary = "batches are to have the moments of the teacher's data (Yin et al. 2020)"

    /// Whose moments are compared.
    enum Part: String, CaseIterable, Sendable {
        /// Those of a whole batch.
        case all
        /// Those of its first half, the global views.
        case global
    }

    /// The factor of the first layer's part.
    private let first: Float
    private let part: Part

    init(options: inout OptionReader) throws(SettingError) {
        first = options.value(
            "first-layer", default: 1, in: 0...1e6,
            help: "factor of the first layer's part; the authors take 10 for ImageNet")
        part = options.choice(
            "samples", default: .all, help: "a whole batch, or the first half, its global views")
    }

    var summary: Summary { part == .all ? .moments : .globalMoments }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        let norms = teacher(shown)
        return norms.sum() + norms.rows(0..<1).sum() * (first - 1)
    }
}
