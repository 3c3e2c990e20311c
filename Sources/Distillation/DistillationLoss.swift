import CohortGraph
import NeuralNetwork
import Options

/// A loss that draws a learner towards one teacher.
///
/// Nothing flows into the teaching side: what came from the teacher is a constant.
public protocol DistillationLoss: Sendable {
    /// What both sides are summarised to.
    var summary: Summary { get }
    /// The facts by which others decide.
    var traits: LossTraits { get }
    /// The name of the combination that is taken for several teachers where the configuration names
    /// none; nil leaves that to the preset.
    var usualCombination: String? { get }

    /// Checks the shapes of both summaries and declares what the loss learns.
    ///
    /// - Parameters:
    ///   - student: of a probe batch of two samples, the sample dimension first.
    ///   - teacher: as `student`.
    /// - Throws: ``SettingError`` where the two cannot be compared.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError)

    /// The loss averaged over the batch.
    ///
    /// - Parameters:
    ///   - student: the learner's summary.
    ///   - teacher: the teacher's summary of the same samples, a constant.
    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm
}

extension DistillationLoss {
    /// The loss of equal sides is zero, and needs no labels.
    public var traits: LossTraits { .vanishesAtEquality }
    /// The preset chooses.
    public var usualCombination: String? { nil }

    /// Summaries must have equal shapes.
    public mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher else {
            throw SettingError(unequal: student, teacher, of: summary, "they must be equal")
        }
    }
}

/// How a loss that is published in two forms is averaged.
public enum LossForm: String, CaseIterable, Sendable {
    /// As the paper has it: summed over what a sample has, averaged over samples.
    case paper
    /// As the field's benchmark code has it: averaged over all entries.
    case benchmark
}

extension OptionReader {
    /// The form of a loss.
    mutating func form() -> LossForm {
        choice(
            "form", default: .paper,
            help: "paper: summed over a sample; benchmark: averaged over all entries")
    }
}

extension SettingError {
    /// An error about two summaries that do not fit; shapes have the sample dimension first.
    init(unequal student: [Int], _ teacher: [Int], of summary: Summary, _ remedy: String) {
        let (own, others) = (student.extents, teacher.extents)
        self.init(
            "the shapes of \(summary.rawValue) do not fit, the learner's is \(own) a sample,"
                + " its teacher's \(others): \(remedy)")
    }
}

extension [Int] {
    /// `16×8×8` of a shape N×16×8×8.
    var extents: String { dropFirst().map(String.init).joined(separator: "×") }
}
