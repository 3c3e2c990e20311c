import Options

/// *Snapshot Distillation: Teacher-Student Optimization in One Generation* (Yang et al. 2019): the
/// weights that ended a mini-generation of `every` steps teach the next one. The first has no
/// teacher.
///
///     snapshot: {of: a, every: 125, temperature: 2, weight: 1}
///
/// The learning rate begins anew with each mini-generation, by `schedule: {kind: restarts, every:
/// 125}` in `training`.
struct Snapshot: Preset {
    static let name = "snapshot"
    static let summary = "the weights that ended the cycle before (Yang et al. 2019)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that teach themselves")
        let every = options.optional(
            "every", Int.self, in: 2...1_000_000, help: "steps of a mini-generation")
        if every == nil {
            options.note(
                options.failure("every", "is missing; name the steps of a mini-generation"))
        }
        let length = every ?? 2
        var edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "asymmetric", temperature: 2, readsTaps: false, readsStaged: false,
                version: .snapshot(every: length)), registries: registries)
        if edge.schedule.unit == .steps {
            edge.schedule.burnIn = max(edge.schedule.burnIn, length)
        } else if edge.schedule.burnIn == 0 {
            throw options.failure(
                "schedule",
                "is in \(edge.schedule.unit.rawValue); give it a burn-in of a mini-generation, which"
                    + " has no teacher")
        }
        self.edge = edge
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}
