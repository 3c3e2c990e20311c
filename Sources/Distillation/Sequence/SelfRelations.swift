import CohortGraph
import NeuralNetwork
import Options

/// *MiniLMv2* (Wang et al. 2021): KL(t‖s) of the relations softmax(x·xᵀ / √depth) between queries,
/// between keys and between values, a third each, averaged over relation heads and over positions
/// that count.
///
/// The width of both sides is divided into as many relation heads, however many heads the
/// attentions have. Its taps are those of one layer, in the paper the student's last:
/// `taps: {from: [layer4.queries, layer4.keys, layer4.values], to: [layer2.queries, …]}`.
struct SelfRelations: SequenceLoss, Configurable {
    static let name = "minilmv2"
    static let summary = "MiniLMv2: relations of queries, keys and values (Wang et al. 2021)"

    private let heads: Int
    var shapes = SequenceLevels()

    var tapCount: Int { 3 }
    var exampleTaps: [[Int]]? { (1...3).map { [$0 * heads, 4, 1] } }

    init(options: inout OptionReader) throws(SettingError) {
        heads = options.value(
            "heads", default: 4, in: 1...1024, help: "of the relations; they divide both widths")
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkPositions(shapes.student, shapes.teacher, of: Self.name)
        guard (shapes.student + shapes.teacher).allSatisfy({ $0[0].isMultiple(of: heads) }) else {
            throw SettingError(
                "'\(Self.name)': \(heads) relation heads must divide both widths, and the learner's"
                    + " taps have \(SequenceLevels.text(shapes.student)), its teacher's"
                    + " \(SequenceLevels.text(shapes.teacher)); set another 'heads'")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let terms = shapes.split(student, teacher).map { own, others in
            CountedPositions(of: own.positions).divergence(
                of: own.relations(heads: heads), from: others.relations(heads: heads))
        }
        return LossTerm(terms.dropFirst().reduce(terms[0], +) / Float(terms.count))
    }
}
