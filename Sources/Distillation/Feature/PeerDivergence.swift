import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation with Diverse Peers* (OKDDip, Chen et al. 2020): T²·KL(t‖s) of
/// logits that travel with an activation of the same samples, by which ``PeerAttention`` weighs the
/// peers.
///
/// Its taps are the activation and the logits: `taps: {from: [features, logits]}`. The activation
/// counts for ``PeerAttention`` alone, and may have another width in each model.
struct PeerDivergence: DistillationLoss, OptionFree {
    static let name = "okddip"
    static let summary =
        "divergence from logits that travel with features, by which attention weighs peers"
        + " (Chen et al. 2020)"

    /// Of the learner's activation and logits.
    private(set) var widths: [Int] = []
    /// Likewise of each teacher.
    private(set) var teacherWidths: [[Int]] = []

    var summary: Summary { .maps }
    var tapCount: Int { 2 }
    var traits: LossTraits { [.vanishesAtEquality, .pairsLogits] }
    var usualCombination: String? { PeerAttention.name }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        widths = Self.widths(of: student)
        teacherWidths = teachers.map(Self.widths)
    }

    private static func widths(of taps: [Model.Tap]) -> [Int] {
        taps.map { $0.shape.reduce(1, *) }
    }

    /// The activations of teachers may differ in width, the logits may not.
    func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        for widths in teacherWidths where widths[1] != self.widths[1] {
            throw SettingError(
                unequal: [2, self.widths[1]], [2, widths[1]], of: summary,
                "the second tap of each side is its logits; write `logits` there")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sides = members(student, [TeacherSummary(name: "", value: teacher)]).map {
            $0.logits.logProbabilities(at: context.temperature)
        }
        return LossTerm(
            divergence(from: sides[1], to: sides[0], temperature: context.temperature))
    }

    /// The learner's and its teachers' activations and logits, the learner first; those of teachers
    /// are constants.
    func members(
        _ student: Variable, _ teachers: [TeacherSummary]
    ) -> [(activation: Variable, logits: Variable)] {
        ([student] + teachers.values.map { Variable($0) }).map { summary in
            let parts = summary.split(intoColumns: [summary.shape[1] - widths[1], widths[1]])
            return (parts[0], parts[1])
        }
    }
}
