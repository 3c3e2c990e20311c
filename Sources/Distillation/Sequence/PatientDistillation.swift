import CohortGraph
import NeuralNetwork
import Options

/// *Patient Knowledge Distillation for BERT Model Compression* (Sun et al. 2019), called PKD:
/// ‖ĥ_s − ĥ_t‖² of several layers, ĥ a hidden state of norm 1.
///
/// The paper takes the first position, whose state BERT's classifier reads. Here a classifier reads
/// the mean over the positions, and so the mean is usual; padding, which is 0, does not turn it.
///
/// `authors`: the mean over samples, layers and the width, as the authors' code has it. `paper`:
/// summed over layers and the width, averaged over samples.
struct PatientDistillation: SequenceLoss, Configurable {
    static let name = "pkd"
    static let summary = "patient: hidden states of several layers (Sun et al. 2019)"

    /// What stands for a sequence.
    enum Position: String, CaseIterable {
        case mean, first
    }

    /// How squares are added up.
    enum Form: String, CaseIterable {
        case authors, paper
    }

    private let levels: Int
    private let position: Position
    private let form: Form
    var shapes = SequenceLevels()

    var summary: Summary { position == .mean ? .means : .firsts }
    var tapCount: Int { levels }

    init(options: inout OptionReader) throws(SettingError) {
        levels = options.levels()
        position = options.choice(
            "position", default: .mean, help: "the mean over positions, or the first one")
        form = options.choice(
            "form", default: .authors, help: "averaged as the authors' code, or as the paper")
    }

    private var widths: [Int] { shapes.student.map { $0[0] } }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard widths == shapes.teacher.map({ $0[0] }) else {
            throw SettingError(
                "'\(Self.name)' compares hidden states, of which the learner's taps have"
                    + " \(SequenceLevels.text(shapes.student)) and its teacher's"
                    + " \(SequenceLevels.text(shapes.teacher)): the widths must be equal; of other"
                    + " widths take 'tinybert-hidden', which learns a map between them")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let own = student.split(intoColumns: widths).map { $0.normalizedRows() }
        let others = Variable(teacher).split(intoColumns: widths).map { $0.normalizedRows() }
        let squares = zip(own, others).map { ($0 - $1).squared().sum() }
        let total = squares.dropFirst().reduce(squares[0], +)
        let count = form == .authors ? teacher.count : teacher.shape[0]
        return LossTerm(total / Float(count))
    }
}
