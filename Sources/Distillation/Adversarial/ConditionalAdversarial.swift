import CohortGraph
import NeuralNetwork
import Options

/// *Training Shallow and Thin Networks for Acceleration via Knowledge Distillation with Conditional
/// Adversarial Networks* (Xu et al. 2018): a discriminator D of logits N×C that tells the
/// teacher's from the student's, and reads the label of each sample off the same logits.
///
/// D is three linear layers with 1 + C outputs: the logit a of "real", and the logits c of the
/// label. It minimises softplus(−a_t) + softplus(a_s) + CE(c_t, y) + CE(c_s, y) by an optimiser of
/// its own. The student minimises softplus(−a_s) + CE(c_s, y) + λ·‖z_s − z_t‖₁; without the
/// distance it may follow the teacher's distribution and not its answer to the sample. All are
/// means over samples.
///
/// In the paper discriminator and student are updated in turn: `turns: alternate`. No code of its
/// authors is known; the widths and weights are this project's.
struct ConditionalAdversarial: DistillationLoss, Configurable {
    static let name = "conditional-adversarial"
    static let summary = "a discriminator of logits that also reads the label (Xu et al. 2018)"

    private static let game = AdversarialGame(form: .logistic)

    let width: Int
    let distance: Float
    let labels: Float
    let turns: Turns
    let ownTraining: OwnTraining?
    private var discriminator: Perceptron?

    var summary: Summary { .logits }
    var traits: LossTraits { [.needsLabels, .learnsApart, .readsOffsets, .isUnscaled] }

    init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 64, in: 1...65536, help: "of the discriminator's two hidden layers")
        distance = options.value(
            "distance", default: 1, in: 0...1000, help: "weight of the L1 distance of logits")
        labels = options.value(
            "labels", default: 1, in: 0...1000,
            help: "weight of the label that the discriminator reads")
        turns = Turns(&options)
        ownTraining = try OwnTraining(&options)
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher else {
            throw SettingError(unequal: student, teacher, of: summary, "they must be equal")
        }
        discriminator = Perceptron(
            inputs: student[1], width: width, outputs: 1 + student[1], in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let discriminator else { preconditionFailure("the loss was not prepared") }
        let pass = context.requiredParameters
        let (own, target) = (student / context.temperature, Variable(teacher) / context.temperature)
        var term = LossTerm(Variable(Tensor(0)))
        if turns.discriminatorLearns(at: context.step) {
            let real = told(discriminator(target, pass), context)
            let fake = told(discriminator(own.detached, pass), context)
            term.learn(
                by: Self.game, real: real.logit, fake: fake.logit,
                adding: (real.labels + fake.labels) * labels)
        }
        if turns.studentLearns(at: context.step) {
            let fake = told(pass.frozen { discriminator(own, $0) }, context)
            term.deceive(by: Self.game, fake.logit, adding: fake.labels * labels)
            let far = (own - target).absolute().sum() / Float(student.shape[0])
            term.value = term.value + far * distance
        }
        return term
    }

    /// The logit of "real" N×1, and the cross-entropy of the labels, of the discriminator's outputs
    /// N×(1 + C).
    private func told(
        _ outputs: Variable, _ context: LossContext
    ) -> (logit: Variable, labels: Variable) {
        let parts = outputs.split(intoColumns: [1, outputs.shape[1] - 1])
        return (parts[0], parts[1].crossEntropy(context.requiredLabels))
    }
}
