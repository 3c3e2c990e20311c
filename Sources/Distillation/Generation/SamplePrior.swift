import NeuralNetwork
import Options

/// How little samples look like photographs, by themselves (*Dreaming to Distill*, Yin et al.
/// 2020): an ``ImagePrior``.
struct SamplePrior: GeneratorLoss, Configurable {
    static let name = "prior"
    static let summary = "samples are to look like photographs (Yin et al. 2020)"
    static let shortForm: String? = "form"

    private let prior: ImagePrior

    init(options: inout OptionReader) throws(SettingError) {
        prior = options.choice(
            "form", default: .totalVariation,
            help: "differences of neighbouring pixels, or the norm of the batch or of each image")
    }

    var summary: Summary { .samples }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        prior(teacher(shown))
    }
}
