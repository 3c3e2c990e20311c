import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation with Diverse Peers* (OKDDip, Chen et al. 2020): T²·KL(t‖s) of
/// logits that travel with an activation of the same samples, by which ``PeerAttention`` weighs the
/// peers.
///
/// Its taps are the activation and the logits: `taps: {from: [features, logits]}`. The activation
/// counts for the combination alone, and may have another width in each model. Teachers may send
/// their logits alone where the combination reads no more of them, as ``GatedMembers`` does.
struct PeerDivergence: DistillationLoss, OptionFree {
    static let name = "okddip"
    static let summary =
        "divergence from logits that travel with features, by which attention weighs peers"
        + " (Chen et al. 2020)"

    /// Of the learner's activation and logits.
    private(set) var widths: [Int] = []
    /// Likewise of each teacher; of logits alone where it sends no activation.
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
        for widths in teacherWidths where widths.last != self.widths[1] {
            throw SettingError(
                unequal: [2, self.widths[1]], [2, widths.last ?? 0], of: summary,
                "the second tap of each side is its logits; write `logits` there")
        }
    }

    /// The widths of the teachers' activations.
    ///
    /// - Throws: ``SettingError`` where a teacher sends none.
    func teacherActivations(for combination: String) throws(SettingError) -> [Int] {
        guard teacherWidths.allSatisfy({ $0.count == 2 }) else {
            throw SettingError(
                "combine '\(combination)' reads the teachers' activations, and they send their logits"
                    + " alone; use combine gated, or another scheme")
        }
        return teacherWidths.map { $0[0] }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sides = logits(student, [TeacherSummary(name: "", value: teacher)]).map {
            $0.logProbabilities(at: context.temperature)
        }
        return LossTerm(
            divergence(from: sides[1], to: sides[0], temperature: context.temperature))
    }

    /// The learner's and its teachers' activations and logits, the learner first; those of teachers
    /// are constants.
    ///
    /// - Precondition: every teacher sends an activation.
    func members(
        _ student: Variable, _ teachers: [TeacherSummary]
    ) -> [(activation: Variable, logits: Variable)] {
        ([student] + teachers.values.map { Variable($0) }).map { summary in
            let parts = parts(of: summary)
            return (parts[0], parts[1])
        }
    }

    /// The logits alone, in the same order.
    func logits(_ student: Variable, _ teachers: [TeacherSummary]) -> [Variable] {
        ([student] + teachers.values.map { Variable($0) }).map { summary in
            summary.shape[1] == widths[1] ? summary : parts(of: summary)[1]
        }
    }

    /// The activation of a summary that has one, and its logits.
    func parts(of summary: Variable) -> [Variable] {
        summary.split(intoColumns: [summary.shape[1] - widths[1], widths[1]])
    }
}
