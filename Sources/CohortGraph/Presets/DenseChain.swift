import Options

/// *Densely Guided Knowledge Distillation using Multiple Teacher Assistants* (Son et al. 2021):
/// each learns from all that stand above it, one of which is left out at random at each step.
///
///     dense-chain: {path: [t, ta1, ta2, s], staged: true}
struct DenseChain: Preset {
    static let name = "dense-chain"
    static let summary = "each learns from all above, one dropped at random (Son et al. 2021)"
    static let shortForm: String? = "path"

    private let path: Members
    private let drops: Bool
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        path = Members(
            "path", of: &options, count: 2...10_000, help: "from the teacher to the student")
        drops = options.flag(
            "drop", default: true, help: "leave one teacher out at random at each step")
        edge = try EdgeOptions(
            &options, default: .init(combination: "sum", draw: drops ? .allButOne : .all),
            registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let names = try path.found(among: learners)
        try learners.checkPath(names)
        return names.indices.dropFirst().map { index in
            EdgeGroup(
                from: Array(names[..<index]), to: names[index], edge,
                draw: drops && index > 1 ? .allButOne : .all)
        }
    }
}
