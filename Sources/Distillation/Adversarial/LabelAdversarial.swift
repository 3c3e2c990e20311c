import Bytes
import CohortGraph
import NeuralNetwork
import Options

/// *KDGAN: Knowledge Distillation with Generative Adversarial Networks* (Wang et al. 2018): a
/// discriminator D of labels, one number for each class of a sample x, and two classifiers that
/// draw labels.
///
/// At each step each side draws a label of each sample by its own probabilities at the edge's
/// temperature. D minimises BCE(D(x)_y, 1) + (1 − α)·BCE(D(x)_s, 0) + α·BCE(D(x)_t, 0), s and t the
/// labels that student and teacher drew. A side minimises BCE(z_c, σ(D(x)_c)), c the label that it
/// drew itself: its own logit follows the reward, as in the authors' code. All are means over
/// samples; BCE takes logits.
///
/// The student's side is `kdgan`, the teacher's `kdgan-teacher`. Both have replicas of one D, which
/// have the same bits. In the paper all three are trained beforehand, and then learn in phases;
/// here they learn at the same steps. D is a model of the registry, and passes samples in training
/// mode.
struct LabelAdversarial: ReplicatedLoss {
    static let name = "kdgan"
    static let summary = "a student's draws against a discriminator of labels (Wang et al. 2018)"
    static let teachersName = "kdgan-teacher"
    static let teachersSummary = "the teacher's side of the same (Wang et al. 2018)"

    private static let game = AdversarialGame(form: .logistic)

    /// Whether the learner is the teacher of the game.
    private let isTeacher: Bool
    private let alpha: Float
    private let architecture: any Architecture
    private let turns: Turns
    let ownTraining: OwnTraining?
    private var sample: [Int] = []
    private var discriminator: (any Network)?

    var summary: Summary { .logits }
    var traits: LossTraits {
        [.needsLabels, .learnsApart, .readsOffsets, .isUnscaled, .replicated]
    }

    /// The entries of both sides.
    static let entries: [Registry<any DistillationLoss>.Entry] = [
        .init(name, summary) { (options) throws(SettingError) in
            try LabelAdversarial(options: &options, isTeacher: false)
        },
        .init(teachersName, teachersSummary) { (options) throws(SettingError) in
            try LabelAdversarial(options: &options, isTeacher: true)
        },
    ]

    private init(options: inout OptionReader, isTeacher: Bool) throws(SettingError) {
        self.isTeacher = isTeacher
        alpha = options.value(
            "alpha", default: 0.5, in: 0...1, help: "the teacher's share of the labels drawn")
        let model = options.named("model", default: "mlp", help: "of the discriminator") {
            (name, options, position) throws(SettingError) in
            try Models.registry(for: name).read(name, options: options, at: position).options
        }
        architecture = try Models.make(model.name, options: model.options)
        turns = Turns(&options)
        ownTraining = try OwnTraining(&options)
    }

    mutating func know(sample: [Int]) { self.sample = sample }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher else {
            throw SettingError(unequal: student, teacher, of: summary, "they must be equal")
        }
        let (classes, input, model) = (student[1], sample, architecture)
        discriminator = try builder.scoped("discriminator") { (builder) throws(SettingError) in
            try model.network(input: input, classes: classes, in: &builder)
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let discriminator else { preconditionFailure("the loss was not prepared") }
        let scores = discriminator(Variable(context.requiredImages), context.requiredParameters)
        let key = context.requiredReplica.child(context.step)
        let own = student / context.temperature
        let other = Variable(teacher) / context.temperature
        let drawn = (
            student: (isTeacher ? other : own).drawn(by: key.child("student")),
            teacher: (isTeacher ? own : other).drawn(by: key.child("teacher"))
        )
        var term = LossTerm(Variable(Tensor(0)))
        if turns.discriminatorLearns(at: context.step) {
            let real = scores.selecting(labels: context.requiredLabels)
            let fakes = (
                scores.selecting(labels: drawn.student), scores.selecting(labels: drawn.teacher)
            )
            let loss =
                Self.game.cost(real, asReal: true)
                + Self.game.cost(fakes.0, asReal: false) * (1 - alpha)
                + Self.game.cost(fakes.1, asReal: false) * alpha
            term.auxiliary = loss
            term.figures[AdversarialFigure.discriminator] = Figure(loss)
            term.figures[AdversarialFigure.accuracy] = Self.game.accuracy(
                real: real.value,
                fake: .concatenating([fakes.0.value, fakes.1.value]))
        }
        if turns.studentLearns(at: context.step) {
            let labels = isTeacher ? drawn.teacher : drawn.student
            let reward = scores.detached.selecting(labels: labels).map(.sigmoid)
            let chosen = own.selecting(labels: labels)
            term.value = (chosen.map(.softplus) - reward * chosen).mean()
            term.figures[AdversarialFigure.student] = Figure(term.value)
        }
        return term
    }
}

extension Variable {
    /// A label of each row of logits N×C by its probabilities.
    fileprivate func drawn(by key: RandomKey) -> [Int] {
        let (width, p) = (shape[1], detached.softmax().value.values)
        return (0..<shape[0]).map { row in
            var rest = key.uniform(at: row)
            for column in 0..<width - 1 {
                rest -= p[row * width + column]
                if rest < 0 { return column }
            }
            return width - 1
        }
    }
}
