import CohortGraph
import NeuralNetwork
import Options

/// *MiniLM* (Wang et al. 2020): KL(t‖s) of the attention, and KL(t‖s) of the relations between
/// values, softmax(v·vᵀ / √depth), both averaged over heads and over positions that count.
///
/// Its taps are the scores and the values of one layer, in the paper the last of each side:
/// `taps: {from: [layer4.attention, layer4.values], to: [layer2.attention, layer2.values]}`. Widths
/// may differ, and heads must be equal.
struct AttentionAndValues: SequenceLoss, OptionFree {
    static let name = "minilm"
    static let summary = "MiniLM: attention, and relations of values (Wang et al. 2020)"

    var shapes = SequenceLevels()

    var tapCount: Int { 2 }
    var exampleTaps: [[Int]]? { [[2, 4, 4], [6, 4, 1]] }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkAttentions([shapes.student[0]], [shapes.teacher[0]], of: Self.name)
        let (heads, length) = (shapes.student[0][0], shapes.student[0][1])
        for shape in [shapes.student[1], shapes.teacher[1]]
        where !shape[0].isMultiple(of: heads) || shape[1] * shape[2] != length {
            throw SettingError(
                "'\(Self.name)' takes an attention and its values, and the learner's taps have"
                    + " \(SequenceLevels.text(shapes.student)), its teacher's"
                    + " \(SequenceLevels.text(shapes.teacher)); write"
                    + " 'from: [layer2.attention, layer2.values]' or those of another layer")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let parts = shapes.split(student, teacher)
        let (scores, values) = (parts[0], parts[1])
        let heads = scores.student.shape[1]
        let counted = CountedPositions(of: values.student.positions)
        let attention = counted.divergence(of: scores.student, from: scores.teacher)
        let relations = counted.divergence(
            of: values.student.relations(heads: heads),
            from: values.teacher.relations(heads: heads))
        return LossTerm(attention + relations)
    }
}
