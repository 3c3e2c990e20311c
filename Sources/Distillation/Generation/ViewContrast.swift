import Bytes
import NeuralNetwork
import Options

/// *Contrastive Model Inversion for Data-Free Knowledge Distillation* (CMI, Fang et al. 2021): the
/// local view of each sample is to be told, by the teacher's features, as that of the sample's own
/// global view among those of all others.
///
/// A batch is N global views f_g and N local ones f_l of the same samples. h projects the means
/// over H×W of a tap: a linear layer of the tap's width, a ReLU, and a linear layer to `head`; rows
/// then have the norm 1. M pairs of views of earlier batches come beside those of the batch. With
/// the likeness a_ij = h(f_l,i)·h(f_g,j) / `temperature` of all N + M the loss is
///
/// mean over the batch of −log softmax(a_i)_i + mean over the earlier ones of the same.
///
/// h(f_g) is a constant, and so are all features of earlier batches. h is learned by this loss and
/// an optimiser of its own, and goes on from batch to batch. Of each finished batch the features of
/// its last step are remembered; the M pairs are drawn anew at each step.
struct ViewContrast: GeneratorLoss, Configurable {
    static let name = "view-contrast"
    static let summary = "samples are to differ from one another (CMI, Fang et al. 2021)"

    private let temperature: Float
    /// The most pairs of earlier batches.
    private let negatives: Int
    /// How many finished batches are remembered.
    private let bank: Int
    private let width: Int
    let views: SampleViews?
    let ownTraining: OwnTraining?
    private var head: Head?

    var summary: Summary { .map }
    var nodes: ClosedRange<Int> { 1...1 }

    init(options: inout OptionReader) throws(SettingError) {
        temperature = options.value(
            "temperature", default: 0.1, in: 0.001...1000,
            help: "divides the likeness of two views")
        negatives = options.value(
            "negatives", default: 4096, in: 0...1_000_000,
            help: "samples of earlier batches to be told from")
        bank = options.value(
            "bank", default: 40, in: 1...100_000, help: "finished batches whose features are kept")
        width = options.value(
            "head", default: 256, in: 1...65536, help: "width of the learned projection")
        views = SampleViews(&options)
        ownTraining = try OwnTraining(&options, of: "the projection")
    }

    mutating func prepare(shown: [Int], in builder: inout ModelBuilder) throws(SettingError) {
        guard shown[0].isMultiple(of: 2) else {
            throw SettingError(
                "each sample is shown in two views, and a batch of \(shown[0]) cannot be halved;"
                    + " give training.batch an even number, or training.common where it is set")
        }
        head = Head(inputs: shown[1], width: width, in: &builder)
        builder.bank(of: bank, batchShape: [shown[0], shown[1]])
    }

    func memory(of shown: [Variable]) -> Tensor? { features(shown).value }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        guard let head, let pass = context.parameters, let past = pass.buffers.bank else {
            preconditionFailure("the loss was not prepared")
        }
        let all = features(shown)
        let count = all.shape[0] / 2
        let drawn = drawn(from: past, context.key)
        let local = Variable.concatenating([all.rows(count..<2 * count)] + drawn.local)
        let global = Variable.concatenating([all.rows(0..<count).detached] + drawn.global)
        let targets = pass.frozen { head(global, $0) }
        let likeness = head(local, pass).matmul(targets.transposed()) / temperature
        let own = likeness.rows(0..<count).crossEntropy(Array(0..<count))
        guard !drawn.local.isEmpty else { return own }
        let rest = count..<likeness.shape[0]
        return own + likeness.rows(rest).crossEntropy(Array(rest))
    }

    /// N×C of a batch N.
    private func features(_ shown: [Variable]) -> Variable { teacher(shown).globalAveragePool() }

    /// The features of earlier samples as constants, M×C of either view; none where there are none.
    private func drawn(
        from bank: SampleBank, _ key: RandomKey
    ) -> (local: [Variable], global: [Variable]) {
        let count = min(negatives, bank.count / 2)
        guard count > 0 else { return ([], []) }
        let size = bank.batchShape[0]
        let half = size / 2
        let order = (0..<bank.count / 2).map { (bits: key.bits(at: $0), pair: $0) }
        let chosen = order.sorted { $0.bits < $1.bits }.prefix(count).map(\.pair)
        let global = chosen.map { $0 / half * size + $0 % half }
        return (
            [Variable(bank.samples(global.map { $0 + half }))], [Variable(bank.samples(global))]
        )
    }
}

extension ViewContrast {
    /// Two linear layers with a ReLU between them, and rows of norm 1.
    private struct Head: Sendable {
        private let hidden: Linear
        private let output: Linear

        /// Declares `head.0` and `head.2`, as the code of the authors names them.
        init(inputs: Int, width: Int, in builder: inout ModelBuilder) {
            (hidden, output) = builder.scoped("head") { builder in
                (
                    Linear("0", inputs, inputs, in: &builder),
                    Linear("2", inputs, width, in: &builder)
                )
            }
        }

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            output(hidden(x, pass, activation: .relu), pass).normalizedRows()
        }
    }
}
