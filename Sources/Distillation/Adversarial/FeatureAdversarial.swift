import CohortGraph
import NeuralNetwork
import Options

/// A discriminator D of feature vectors: *Adversarial Learning of Portable Student Networks* (Wang
/// et al. 2018) and, by its options, *Adversarial Network Compression* (Belagiannis et al. 2018).
///
/// f are means over H×W of one tap of each side, N×C; D is three linear layers with one output, the
/// logit a of "real". D minimises softplus(−a_t) + softplus(a_s) + l2·Σ w² + l1·Σ |w| +
/// confusion·softplus(−a_s), w the weights of its layers, by an optimiser of its own. The student
/// minimises softplus(−a_s), which does not saturate, + distance·‖f_s − f_t‖². All but the
/// penalties are means over samples.
///
/// Wang et al. have none of the options' parts; Belagiannis et al. add the distance and one of the
/// three that restrain D. Where the widths differ, a learned linear layer of the learner's vector
/// makes the teacher's width, and minimises what the student does.
struct FeatureAdversarial: DistillationLoss, Configurable {
    static let name = "adversarial-features"
    static let summary = "a discriminator of feature vectors (Wang et al. 2018)"

    private static let game = AdversarialGame(form: .logistic)

    let width: Int
    let distance: Float
    let restraint: Restraint
    let turns: Turns
    let ownTraining: OwnTraining?
    private var imitation: Linear?
    private var discriminator: Perceptron?
    /// The numbers of the weights of the discriminator's layers.
    private var weights: [Int] = []

    /// What keeps a discriminator from being right too soon; zeros for nothing.
    struct Restraint {
        let l2: Float
        let l1: Float
        let confusion: Float
    }

    var summary: Summary { .map }
    var traits: LossTraits { .learnsApart }

    init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 64, in: 1...65536, help: "of the discriminator's two hidden layers")
        distance = options.value(
            "distance", default: 0, in: 0...1e6,
            help: "weight of the squared distance of the vectors (Belagiannis et al. 2018)")
        restraint = Restraint(
            l2: options.value(
                "l2", default: 0, in: 0...1000, help: "penalty of the discriminator's weights"),
            l1: options.value(
                "l1", default: 0, in: 0...1000, help: "penalty of the discriminator's weights"),
            confusion: options.value(
                "confusion", default: 0, in: 0...1000,
                help: "weight of the student's vectors as real ones to the discriminator"))
        turns = Turns(&options)
        ownTraining = try OwnTraining(&options)
    }

    mutating func prepareImitation(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) {
        guard student[1] != teacher[1] else { return }
        imitation = Linear("imitation", student[1], teacher[1], in: &builder)
    }

    /// Vectors of any width can be compared.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        let first = builder.slots.count
        discriminator = Perceptron(inputs: teacher[1], width: width, outputs: 1, in: &builder)
        weights = (first..<builder.slots.count).filter { builder.slots[$0].shape.count > 1 }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let discriminator else { preconditionFailure("the loss was not prepared") }
        let pass = context.requiredParameters
        let vectors = student.globalAveragePool()
        let own = imitation.map { $0(vectors, context.requiredImitation) } ?? vectors
        let target = Variable(teacher).globalAveragePool()
        var term = LossTerm(Variable(Tensor(0)))
        if turns.discriminatorLearns(at: context.step) {
            let (real, fake) = (discriminator(target, pass), discriminator(own.detached, pass))
            term.learn(by: Self.game, real: real, fake: fake, adding: penalty(fake, pass))
        }
        if turns.studentLearns(at: context.step) {
            term.deceive(by: Self.game, pass.frozen { discriminator(own, $0) })
            guard distance > 0 else { return term }
            let far = (own - target).squared().sum() / Float(own.shape[0])
            term.value = term.value + far * distance
        }
        return term
    }

    /// What restrains the discriminator; nil for nothing.
    private func penalty(_ fake: Variable, _ pass: ForwardPass) -> Variable? {
        let all = weights.map(pass.parameter)
        let parts = [
            restraint.l2 > 0 ? all.map { $0.squared().sum() * restraint.l2 } : [],
            restraint.l1 > 0 ? all.map { $0.absolute().sum() * restraint.l1 } : [],
            restraint.confusion > 0
                ? [Self.game.cost(fake, asReal: true) * restraint.confusion] : [],
        ].flatMap(\.self)
        return parts.first.map { parts.dropFirst().reduce($0, +) }
    }
}
