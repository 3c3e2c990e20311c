import Options

/// *Improved Knowledge Distillation via Teacher Assistant* (Mirzadeh et al. 2020): each of a path
/// teaches the next, all at once or, staged as in the paper, one trained after another.
///
///     chain: {path: [t, ta, s], staged: true, loss: kd, temperature: 4}
struct Chain: Preset {
    static let name = "chain"
    static let summary =
        "teacher, assistants, student: each teaches the next (Mirzadeh et al. 2020)"
    static let shortForm: String? = "path"

    private let path: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        path = Members(
            "path", of: &options, count: 2...10_000, help: "from the teacher to the student")
        edge = try EdgeOptions(&options, registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let names = try path.found(among: learners)
        try learners.checkPath(names)
        return zip(names, names.dropFirst()).map { EdgeGroup(from: [$0], to: $1, edge) }
    }
}

extension [Learner] {
    /// Makes sure that all but the first of a path learn.
    func checkPath(_ names: [String]) throws(SettingError) {
        for name in names.dropFirst() where first(where: { $0.name == name })?.learns == false {
            throw SettingError(
                "teaching: '\(name)' stands within a chain and never learns; only the first of a"
                    + " chain may be a teacher or a recording")
        }
    }
}
