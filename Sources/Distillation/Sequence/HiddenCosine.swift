import CohortGraph
import NeuralNetwork
import Options

/// *DistilBERT* (Sanh et al. 2019), the hidden states: 1 − cos(h_s, h_t), averaged over the
/// positions of all samples that count.
struct HiddenCosine: DistillationLoss, OptionFree {
    static let name = "hidden-cosine"
    static let summary = "DistilBERT: the cosine of hidden states (Sanh et al. 2019)"

    var summary: Summary { .map }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "they must be equal; of other widths take 'tinybert-hidden', which learns a map"
                    + " between them")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let own = student.positions
        let counted = CountedPositions(of: own)
        // 1 − cos is half the squared distance of the directions, without its rounding near 0.
        let difference =
            own.normalizedRows() - Variable(teacher).positions.normalizedRows()
        return LossTerm(counted.applied(to: difference).squared().sum() / (2 * counted.count))
    }
}
