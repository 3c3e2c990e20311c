import CohortGraph
import NeuralNetwork
import Options

/// *TinyBERT* (Jiao et al. 2020), the attention: the mean square of the difference between the
/// scores of two attentions before their softmax, summed over layers.
///
/// The mean is over heads and over pairs of positions that both count. The authors' code sets the
/// scores of padding to 0 and counts them in the mean, which is then the smaller the more padding
/// there is.
struct AttentionScores: SequenceLoss, Configurable {
    static let name = "tinybert-attention"
    static let summary = "TinyBERT: scores of attentions before the softmax (Jiao et al. 2020)"

    private let levels: Int
    var shapes = SequenceLevels()

    var tapCount: Int { levels }

    init(options: inout OptionReader) throws(SettingError) {
        levels = options.levels()
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkAttentions(shapes.student, shapes.teacher, of: Self.name)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let distances = shapes.split(student, teacher).map { distance($0, $1) }
        return LossTerm(distances.dropFirst().reduce(distances[0], +))
    }

    /// Of scores N×heads×T×T.
    private func distance(_ student: Variable, _ teacher: Variable) -> Variable {
        let counted = CountedPositions(ofScores: student)
        let difference = (student - teacher) * counted.pairs
        let pairs = counted.lengths.reduce(0) { $0 + $1 * $1 }
        return difference.squared().sum() / (Float(student.shape[1]) * pairs)
    }
}

extension SettingError {
    /// Refuses activations that are no scores of attentions, and those of other heads or positions.
    ///
    /// - Parameters:
    ///   - student: shapes of a sample's activations, level by level.
    ///   - teacher: as `student`.
    ///   - loss: the name of what compares them.
    static func checkAttentions(
        _ student: [[Int]], _ teacher: [[Int]], of loss: String
    ) throws(SettingError) {
        let (own, others) = (SequenceLevels.text(student), SequenceLevels.text(teacher))
        guard (student + teacher).allSatisfy({ $0[1] == $0[2] }) else {
            throw SettingError(
                "'\(loss)' compares scores of attentions, heads×T×T, and the learner's taps have"
                    + " \(own), its teacher's \(others); tap 'layer1.attention' or a deeper one of"
                    + " a transformer")
        }
        guard student == teacher else {
            throw SettingError(
                "'\(loss)' compares heads one by one, and the learner's attention is \(own), its"
                    + " teacher's \(others): the heads must be equal; of other heads take"
                    + " 'minilmv2'")
        }
    }
}
