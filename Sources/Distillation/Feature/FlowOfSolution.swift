import NeuralNetwork
import Options

/// *A Gift from Knowledge Distillation* (Yim et al. 2017): ‖G_t − G_s‖² of the flow of solution
/// procedure, G = F₁ᵀF₂ / (h·w) between two layers, averaged over samples. Of layers of two sizes
/// the larger is max-pooled.
///
/// Benchmark form: averaged over all entries, and of layers of two sizes the larger is averaged
/// down.
struct FlowOfSolution: DistillationLoss, Configurable {
    static let name = "fsp"
    static let summary = "flow of solution procedure: products of two layers (Yim et al. 2017)"

    let form: LossForm
    private(set) var summary = Summary.flow

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        let isOfTwoSizes = ([student] + teachers).contains { Set($0.sizes).count > 1 }
        summary = form == .paper && isOfTwoSizes ? .maxFlow : .flow
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
