import Options

/// Any edges at all, into one learner.
///
///     edge: {from: t, to: b, knowledge: relation, loss: sp, taps: {from: layer3, to: features}}
///
/// An edge from a learner to itself compares two places of its own model, two versions of its
/// weights, or two views of the same images, and uses no socket.
struct Edge: Preset {
    static let name = "edge"
    static let summary = "anything: from, to, loss, taps, weight, schedule, gate, codec"

    private let from: Members
    private let to: Members
    private let draw: EdgeGroup.Draw
    private let edge: EdgeOptions
    private let subject: String

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        subject = options.subject
        from = Members("from", of: &options, help: "who teaches: one or several")
        to = Members("to", of: &options, count: 1...1, help: "who learns")
        draw = options.choice("draw", default: .all, help: "which of several teach at a step")
        edge = try EdgeOptions(&options, default: .init(draw: draw), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let teachers = try from.ordered(among: learners)
        let learner = try to.found(among: learners, learning: true)[0]
        let augmentation = edge.augmentation
        let isAnotherView = augmentation.from != augmentation.to || edge.version != .current
        if teachers.contains(learner),
            edge.isStaged || edge.taps.from == edge.taps.to && !isAnotherView
        {
            throw SettingError(
                "\(subject): '\(learner)' learns nothing from itself here; name two different taps,"
                    + " an earlier version of its weights, or another teacher")
        }
        return [EdgeGroup(from: teachers, to: learner, edge, draw: draw)]
    }
}
