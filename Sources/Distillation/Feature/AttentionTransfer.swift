import NeuralNetwork
import Options

/// *Paying More Attention to Attention* (Zagoruyko and Komodakis 2017): ½‖Q_s/‖Q_s‖ − Q_t/‖Q_t‖‖₂,
/// Q the attention map as a vector.
///
/// Benchmark form: the mean square of the difference. The larger map is averaged down to the
/// smaller.
struct AttentionTransfer: DistillationLoss, Configurable {
    static let name = "at"
    static let summary = "attention transfer (Zagoruyko and Komodakis 2017)"

    let form: LossForm

    var summary: Summary { .attention }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkImages(student, teacher, of: summary)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sides = matched(
            student.reshaped(student.shape.asPlanes),
            teacher.reshaped(teacher.shape.asPlanes))
        let own = sides.student.flattened().normalizedRows()
        let difference = own - sides.teacher.flattened().normalizedRows()
        return switch form {
        case .paper: LossTerm(difference.rowNorms().mean() / 2)
        case .benchmark: LossTerm(difference.squared().mean())
        }
    }
}

extension [Int] {
    /// N×H×W as N×1×H×W.
    fileprivate var asPlanes: [Int] { [self[0], 1, self[1], self[2]] }
}
