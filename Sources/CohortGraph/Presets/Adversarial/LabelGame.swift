import Options

/// *KDGAN: Knowledge Distillation with Generative Adversarial Networks* (Wang et al. 2018): a
/// teacher and a student learn together, both against a discriminator of labels, and the student
/// from the teacher besides.
///
///     kdgan: {teacher: t, student: s}
///     kdgan: {teacher: t, student: s, weight: 0.5, adversary: {weight: 0.3}}
///
/// The options beside the names are of the distillation's edge, those of the two adversarial edges
/// stand in `adversary: {…}`. Both learners play against replicas of one discriminator, and so need
/// the same samples, the same labels and each other's logits as they are.
struct LabelGame: Preset {
    static let name = "kdgan"
    static let summary = "teacher and student against a discriminator of labels (Wang et al. 2018)"

    private let teacher: Members
    private let student: Members
    private let distillation: EdgeOptions
    private let adversary: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        teacher = Members(
            "teacher", of: &options, count: 1...1, help: "who teaches, and learns itself")
        student = Members("student", of: &options, count: 1...1, help: "who learns from it")
        distillation = try EdgeOptions(
            &options,
            default: .init(
                loss: "irg-vertices", temperature: 1, readsTaps: false, readsStaged: false),
            registries: registries)
        adversary = options.group(
            "adversary", default: distillation, help: "the options of the adversarial edges"
        ) { (inner) throws(SettingError) in
            try EdgeOptions(
                &inner,
                default: .init(
                    loss: Self.game, temperature: 1, weight: 0.1, readsTaps: false,
                    readsStaged: false),
                registries: registries)
        }
    }

    /// The loss of the student's side; the teacher's has the same options.
    private static let game = "kdgan"
    /// The loss of the teacher's side.
    private static let teachersGame = "kdgan-teacher"

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard adversary.lossTraits.contains(.replicated) else {
            throw SettingError(
                "kdgan: adversary: loss '\(adversary.loss.name)' has no discriminator that both"
                    + " sides share; take \(Self.game)")
        }
        try teacher.check(isApartFrom: student, among: learners)
        let (above, below) = (
            try teacher.found(among: learners, learning: true)[0],
            try student.found(among: learners, learning: true)[0]
        )
        var other = adversary
        other.loss.name = Self.teachersGame
        return [
            EdgeGroup(from: [above], to: below, distillation),
            EdgeGroup(from: [above], to: below, adversary),
            EdgeGroup(from: [below], to: above, other),
        ]
    }
}
