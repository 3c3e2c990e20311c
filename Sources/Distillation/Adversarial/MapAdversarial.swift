import CohortGraph
import NeuralNetwork
import Options

/// *Feature-map-level Online Adversarial Knowledge Distillation* (Chung et al. 2020), AFD: the
/// learner's last map is to look like one of its peer's to a discriminator D of the learner's own.
///
/// D is two 3×3 convolutions, a global average and a linear layer with one output. It minimises
/// (1 − D(F_t))² + D(F_s)², F_t the peer's map, by an optimiser of its own; the learner minimises
/// (1 − D(F_s))². Both are means over samples, F of N×C×H×W. Of two sizes the larger map is
/// averaged down. Where the channels differ, a learned 1×1 convolution of the learner's map makes
/// the peer's number of them, and minimises what the learner does.
///
/// In the paper a net takes two steps on a batch: one of SGD by the logits' losses, and then a
/// smaller one of Adam by the adversarial loss. Here it takes one step of its optimiser by the sum
/// of all its losses, and the edge's weight makes the adversarial part small. The discriminator's
/// optimiser is its own, as in the paper. The paper's layers of D are not known; these are this
/// project's.
struct MapAdversarial: DistillationLoss, Configurable {
    static let name = "afd"
    static let summary = "a discriminator of maps, by least squares (Chung et al. 2020)"

    private static let game = AdversarialGame(form: .leastSquares)

    let width: Int
    let turns: Turns
    let ownTraining: OwnTraining?
    private var imitation: Convolution?
    private var discriminator: MapDiscriminator?

    var summary: Summary { .map }
    var traits: LossTraits { .learnsApart }

    init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 32, in: 1...65536, help: "filters of the discriminator's layers")
        turns = Turns(&options)
        ownTraining = try OwnTraining(&options)
    }

    mutating func prepareImitation(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) {
        guard student[1] != teacher[1] else { return }
        imitation = Convolution(
            "imitation", student[1], teacher[1], Window(1), bias: false, in: &builder)
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkSizes(student, teacher, of: summary)
        discriminator = MapDiscriminator(channels: teacher[1], width: width, in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let discriminator else { preconditionFailure("the loss was not prepared") }
        let pass = context.requiredParameters
        let (map, target) = matched(student, teacher)
        let own = imitation.map { $0(map, context.requiredImitation) } ?? map
        var term = LossTerm(Variable(Tensor(0)))
        if turns.discriminatorLearns(at: context.step) {
            term.learn(
                by: Self.game, real: discriminator(target, pass),
                fake: discriminator(own.detached, pass))
        }
        if turns.studentLearns(at: context.step) {
            term.deceive(by: Self.game, pass.frozen { discriminator(own, $0) })
        }
        return term
    }
}

/// A discriminator of maps N×C×H×W: two 3×3 convolutions with leaky ReLUs, a global average and a
/// linear layer.
private struct MapDiscriminator: Sendable {
    private let convolutions: [Convolution]
    private let output: Linear

    /// Declares `0`, `1` and `2` below `discriminator`.
    init(channels: Int, width: Int, in builder: inout ModelBuilder) {
        (convolutions, output) = builder.scoped("discriminator") { builder in
            let window = Window(3, padding: 1)
            return (
                [
                    Convolution("0", channels, width, window, in: &builder),
                    Convolution("1", width, width, window, in: &builder),
                ], Linear("2", width, 1, in: &builder)
            )
        }
    }

    /// N×C×H×W to N×1.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let found = convolutions.reduce(x) {
            $1($0, pass).map(.leakyReLU(slope: Perceptron.slope))
        }
        return output(found.globalAveragePool(), pass)
    }
}
