import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Variational Information Distillation* (Ahn et al. 2019): the mean over samples, channels and
/// pixels of ½·((F_t − μ(F_s))² / σ² + log σ²), the negative logarithm of a normal density of the
/// teacher's map whose mean is a learned function of the learner's and whose variance is learned
/// for each channel.
///
/// μ is three 1×1 convolutions of as many channels as the teacher has, without bias, with ReLU
/// between them; σ² = softplus(ρ) + 1e-5 begins at `variance`, as RepDistiller has both. The larger
/// image is averaged down to the smaller.
struct VariationalInformation: DistillationLoss, Configurable {
    static let name = "vid"
    static let summary =
        "variational information: the teacher's map by a learned density (Ahn et al. 2019)"

    private static let smallest: Float = 1e-5

    let variance: Float
    private var layers: [Convolution] = []
    private var rho: Int?

    var summary: Summary { .map }
    /// The regressor begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        variance = options.value(
            "variance", default: 5, in: 0.001...1000, help: "σ² at the beginning")
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkSizes(student, teacher, of: summary)
        let (own, others) = (student[1], teacher[1])
        layers = builder.scoped("regressor") { builder in
            (0..<3).map { index in
                Convolution(
                    "\(2 * index)", index == 0 ? own : others, others, Window(1), bias: false,
                    in: &builder)
            }
        }
        let start = log(expm1(Double(variance) - Double(Self.smallest)))
        rho = builder.parameter("rho", [others], .constant(Float(start)))
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let rho else { preconditionFailure("the loss was not prepared") }
        let pass = context.requiredParameters
        let sides = matched(student, teacher)
        let mean = layers.dropFirst().reduce(layers[0](sides.student, pass)) { x, layer in
            layer(x.relu(), pass)
        }
        let spread = pass.parameter(rho).map(.softplus) + Self.smallest
        let squares = (mean - sides.teacher).squared().mean(along: [0, 2, 3])
        let channels = squares.reshaped(spread.shape) / spread + spread.log()
        return LossTerm(channels.mean() / 2)
    }
}
