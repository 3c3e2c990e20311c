import NeuralNetwork
import Options

/// How far the samples of a generator are from those that another makes of the same random numbers
/// (*Compressing GANs using Knowledge Distillation*, Aguinaldo et al. 2019): the mean over all
/// pixels of |x − x_t| or of (x − x_t)².
struct PixelDistance: GeneratorLoss, Configurable {
    static let name = "pixels"
    static let summary = "samples are to be those of another generator (Aguinaldo et al. 2019)"
    static let shortForm: String? = "form"

    /// How pixels are compared.
    enum Form: String, CaseIterable, Sendable {
        case l1, mse
    }

    private let form: Form

    init(options: inout OptionReader) throws(SettingError) {
        form = options.choice(
            "form", default: .l1, help: "the mean absolute difference, or that of squares")
    }

    var summary: Summary { .samples }
    var nodes: ClosedRange<Int> { 2...2 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        precondition(shown.count == 2, "two generators, not \(shown.count)")
        let difference = shown[1] - shown[0]
        return form == .l1 ? difference.absolute().mean() : difference.squared().mean()
    }
}
