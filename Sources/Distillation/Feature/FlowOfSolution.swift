import NeuralNetwork
import Options

/// *A Gift from Knowledge Distillation* (Yim et al. 2017): ‖G_t − G_s‖² of the flow of solution
/// procedure, G = F₁ᵀF₂ / (h·w) between two layers, averaged over samples.
///
/// Benchmark form: averaged over all entries.
struct FlowOfSolution: DistillationLoss, Configurable {
    static let name = "fsp"
    static let summary = "flow of solution procedure: products of two layers (Yim et al. 2017)"

    let form: LossForm

    var summary: Summary { .flow }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let squares = (student - Variable(teacher)).squared()
        return switch form {
        case .paper: LossTerm(squares.sum() / Float(student.shape[0]))
        case .benchmark: LossTerm(squares.mean())
        }
    }
}
