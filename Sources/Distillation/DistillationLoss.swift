import CohortGraph
import NeuralNetwork
import Options

/// A loss that draws a learner towards one teacher.
///
/// Nothing flows into the teaching side: what came from the teacher is a constant.
public protocol DistillationLoss: Sendable {
    /// What both sides are summarised to.
    var summary: Summary { get }
    /// How many activations of each side it compares; none for logits.
    var tapCount: Int { get }
    /// Shapes C×H×W of activations that it compares, one for each tap, for tests and benchmarks;
    /// nil where images of any one size serve.
    var exampleTaps: [[Int]]? { get }
    /// The facts by which others decide.
    var traits: LossTraits { get }
    /// The name of the combination that is taken for several teachers where the configuration names
    /// none; nil leaves that to the preset.
    var usualCombination: String? { get }
    /// How what minimises its auxiliary scalar is trained; nil as the learner's model is.
    var ownTraining: OwnTraining? { get }

    /// Chooses ``summary`` by the activations that it is made of, before anything is offered or
    /// prepared. Its kind and its number of taps stay the same.
    ///
    /// - Parameters:
    ///   - student: the learner's, one for each tap.
    ///   - teachers: of each teacher, as `student`.
    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]])

    /// Checks the shapes of both summaries and declares what the loss learns.
    ///
    /// - Parameters:
    ///   - student: of a probe batch of two samples, the sample dimension first.
    ///   - teacher: as `student`.
    /// - Throws: ``SettingError`` where the two cannot be compared.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError)

    /// Declares what a loss that learns apart minimises besides with the learner's objective, such
    /// as an imitation of the teacher's width; before ``prepare(student:teacher:in:)``, which
    /// refuses shapes that do not fit.
    mutating func prepareImitation(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder)

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
    /// As many as its summary is made of.
    public var tapCount: Int { summary.tapCount }
    /// Images of any one size.
    public var exampleTaps: [[Int]]? { nil }
    /// The loss of equal sides is zero, and needs no labels.
    public var traits: LossTraits { .vanishesAtEquality }
    /// The preset chooses.
    public var usualCombination: String? { nil }

    /// As the learner's model.
    public var ownTraining: OwnTraining? { nil }

    /// Learns nothing besides.
    public mutating func prepareImitation(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) {}

    /// One summary serves all activations.
    public mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {}

    /// Summaries must have equal shapes.
    public mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher else {
            throw SettingError(unequal: student, teacher, of: summary, "they must be equal")
        }
    }
}

/// The two forms in which a loss is published.
public enum LossForm: String, CaseIterable, Sendable {
    /// As the paper has it: summed over what a sample has, averaged over samples.
    case paper
    /// As the benchmarks RepDistiller and mdistiller have it: averaged over all entries.
    case benchmark
}

extension OptionReader {
    /// The form of a loss.
    mutating func form() -> LossForm {
        choice(
            "form", default: .paper,
            help: "the paper's, or the one of the benchmarks RepDistiller and mdistiller")
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

extension [Model.Tap] {
    /// The heights and widths of images, and none of other activations.
    var sizes: [[Int]] { map { [Int]($0.shape.dropFirst()) } }
}

extension [Int] {
    /// `16×8×8` of a shape N×16×8×8.
    var extents: String { dropFirst().map(String.init).joined(separator: "×") }
}
