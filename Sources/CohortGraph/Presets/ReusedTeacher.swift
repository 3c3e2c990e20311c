import Options

/// *Knowledge Distillation with the Reused Teacher Classifier* (Chen et al. 2022), SimKD: the map
/// behind a student's projector follows the teacher's last map, and the teacher's last layer
/// classifies both.
///
///     simkd: {from: t, to: s, staged: true}
///
/// The learner has `classifier: t`, and in the paper's form `task: 0`.
struct ReusedTeacher: Preset {
    static let name = "simkd"
    static let summary = "the map before the teacher's own classifier (Chen et al. 2022)"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        from = Members("from", of: &options, count: 1...1, help: "whose classifier is reused")
        to = Members("to", of: &options, help: "learners with that classifier")
        var edge = try EdgeOptions(
            &options, default: .init(loss: "map-mse", readsTaps: false), registries: registries)
        edge.taps = .lastMap
        self.edge = edge
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try edge.requireMaps(for: Self.name)
        try from.check(isApartFrom: to, among: learners)
        let teacher = try from.found(among: learners)
        let students = try to.found(among: learners, learning: true)
        for name in students {
            let borrowed = learners.first { $0.name == name }?.borrowed
            guard borrowed != .classifier(of: teacher[0]) else { continue }
            throw SettingError(
                "simkd: learner '\(name)' does not classify by the last layer of '\(teacher[0])';"
                    + " write `classifier: \(teacher[0])` at it")
        }
        return students.map { EdgeGroup(from: teacher, to: $0, edge) }
    }
}

extension Taps {
    /// The last map before the global average, of both models.
    static let lastMap = Taps(from: ["map"], to: ["map"])
}

extension EdgeOptions {
    /// Makes sure that the loss compares features.
    ///
    /// - Throws: ``SettingError`` that names the preset.
    func requireMaps(for preset: String) throws(SettingError) {
        guard knowledge != .feature else { return }
        throw SettingError(
            "\(preset): loss '\(loss.name)' compares \(knowledge)s, and the last maps are"
                + " compared; take map-mse")
    }
}
