import CohortGraph
import NeuralNetwork
import Options

/// *TinyBERT* (Jiao et al. 2020), the hidden states and embeddings: the mean square of
/// W·h_s + b − h_t over positions that count and over the width, summed over layers; W and b are
/// learned, and one for all layers.
struct HiddenStates: SequenceLoss, Configurable {
    static let name = "tinybert-hidden"
    static let summary =
        "TinyBERT: hidden states by a learned linear map of all layers (Jiao et al. 2020)"

    private let levels: Int
    var shapes = SequenceLevels()
    private var map: Linear?

    var tapCount: Int { levels }
    /// The map begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        levels = options.levels()
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkPositions(shapes.student, shapes.teacher, of: Self.name)
        let widths = [shapes.student, shapes.teacher].map { Set($0.map { $0[0] }) }
        guard widths.allSatisfy({ $0.count == 1 }) else {
            throw SettingError(
                "'\(Self.name)' has one map for all layers, and the learner's taps have"
                    + " \(SequenceLevels.text(shapes.student)), its teacher's"
                    + " \(SequenceLevels.text(shapes.teacher)): all of a side must have one width;"
                    + " give layers of other widths an edge of their own")
        }
        map = Linear("fit", shapes.student[0][0], shapes.teacher[0][0], in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let pass = context.requiredParameters
        let distances = shapes.split(student, teacher).map { distance($0, $1, pass) }
        return LossTerm(distances.dropFirst().reduce(distances[0], +))
    }

    /// Of activations N×D×H×W of one layer.
    private func distance(
        _ student: Variable, _ teacher: Variable, _ pass: ForwardPass
    ) -> Variable {
        guard let map else { preconditionFailure("the loss was not prepared") }
        let (own, others) = (student.positions, teacher.positions)
        let counted = CountedPositions(of: own)
        let rows = own.reshaped([own.shape[0] * own.shape[1], own.shape[2]])
        let imitation = map(rows, pass).reshaped(others.shape)
        let difference = counted.applied(to: imitation - others)
        return difference.squared().sum() / (Float(others.shape[2]) * counted.count)
    }
}

extension SettingError {
    /// Refuses activations of other positions, which a loss compares one by one.
    ///
    /// - Parameters:
    ///   - student: shapes of a sample's activations, level by level.
    ///   - teacher: as `student`.
    ///   - loss: the name of what compares them.
    static func checkPositions(
        _ student: [[Int]], _ teacher: [[Int]], of loss: String
    ) throws(SettingError) {
        let sizes = [student, teacher].map { $0.map { [Int]($0.dropFirst()) } }
        guard sizes[0] != sizes[1] else { return }
        throw SettingError(
            "'\(loss)' compares positions one by one, and the learner's taps have"
                + " \(SequenceLevels.text(student)), its teacher's \(SequenceLevels.text(teacher)):"
                + " the positions must be equal; read texts of one 'length'")
    }
}
