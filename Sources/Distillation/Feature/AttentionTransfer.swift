import NeuralNetwork
import Options

/// *Paying More Attention to Attention* (Zagoruyko and Komodakis 2017): ½‖Q_s/‖Q_s‖ − Q_t/‖Q_t‖‖₂,
/// Q the attention map as a vector; the larger map is averaged down to the smaller.
///
/// Benchmark form: the mean square of the difference, and of images of two sizes the larger
/// activation is averaged down before Q is made of it, for which whole maps must travel.
struct AttentionTransfer: DistillationLoss, Configurable {
    static let name = "at"
    static let summary = "attention transfer (Zagoruyko and Komodakis 2017)"

    let form: LossForm
    private(set) var summary = Summary.attention

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        let needsMaps = form == .benchmark && teachers.contains { $0.sizes != student.sizes }
        summary = needsMaps ? .map : .attention
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkImages(student, teacher, of: summary)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sides = summary == .map ? pooledFirst(student, teacher) : pooledLast(student, teacher)
        let own = sides.student.flattened().normalizedRows()
        let difference = own - sides.teacher.flattened().normalizedRows()
        return switch form {
        case .paper: LossTerm(difference.rowNorms().mean() / 2)
        case .benchmark: LossTerm(difference.squared().mean())
        }
    }

    /// Attention maps at the smaller one's size, N×1×H×W.
    private func pooledLast(
        _ student: Variable, _ teacher: Tensor
    ) -> (student: Variable, teacher: Variable) {
        matched(
            student.reshaped(student.shape.asPlanes), teacher.reshaped(teacher.shape.asPlanes))
    }

    /// The attention maps of activations N×C×H×W at the smaller one's size, N×H×W.
    private func pooledFirst(
        _ student: Variable, _ teacher: Tensor
    ) -> (student: Variable, teacher: Variable) {
        let sides = matched(student, teacher)
        return (Summary.attention([sides.student]), Summary.attention([sides.teacher]))
    }
}

extension [Int] {
    /// N×H×W as N×1×H×W.
    fileprivate var asPlanes: [Int] { [self[0], 1, self[1], self[2]] }
}
