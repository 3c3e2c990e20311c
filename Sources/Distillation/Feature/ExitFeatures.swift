import CohortGraph
import NeuralNetwork
import Options

/// *Be Your Own Teacher* (Zhang et al. 2019), for the features f of an early exit: their distance
/// from the last layer's, behind a learned linear layer A. Images are averaged over their pixels.
///
/// `paper`: ‖A·f − f_t‖², averaged over samples. `authors`: the norm of the whole batch's
/// difference, not squared, as the authors' code has it.
struct ExitFeatures: DistillationLoss, Configurable {
    /// The two forms of the distance.
    enum Form: String, CaseIterable {
        case paper, authors
    }

    static let name = "byot-feature"
    static let summary = "an early exit: the last layer's features (Zhang et al. 2019)"

    private let form: Form
    private var adapter: Linear?

    var summary: Summary { .map }
    /// The linear layer begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.choice(
            "form", default: .authors, help: "the norm as the authors' code or the paper has it")
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        adapter = Linear("adapter", student[1], teacher[1], in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let adapter else { preconditionFailure("the loss was not prepared") }
        let imitation = adapter(student.globalAveragePool(), context.requiredParameters)
        let difference = imitation - Variable(teacher).globalAveragePool()
        return switch form {
        case .paper: LossTerm(difference.squared().sum() / Float(teacher.shape[0]))
        case .authors:
            LossTerm(difference.reshaped([1, difference.value.count]).rowNorms().sum())
        }
    }
}
