import Options

/// *Residual Knowledge Distillation* (Gao et al. 2020): a student learns the teacher's last map;
/// then an assistant learns what the student lacks of it, and the two are one model.
///
///     residual: {path: [t, s, p], weight: 1}
///
/// The last of the path has `assists: s`.
struct Residual: Preset {
    static let name = "residual"
    static let summary = "an assistant adds what the student lacks (Gao et al. 2020)"
    static let shortForm: String? = "path"

    private let path: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        path = Members(
            "path", of: &options, count: 3...3, help: "teacher, student, and the pair of both")
        var edge = try EdgeOptions(
            &options, default: .init(loss: "map-mse", readsTaps: false, readsStaged: false),
            registries: registries)
        edge.taps = .lastMap
        edge.isStaged = true
        self.edge = edge
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try edge.requireMaps(for: Self.name)
        let names = try path.found(among: learners)
        try learners.checkPath(names)
        let (student, pair) = (names[1], names[2])
        guard learners.first(where: { $0.name == pair })?.borrowed == .student(student) else {
            throw SettingError(
                "residual: learner '\(pair)' is no assistant of '\(student)'; write"
                    + " `assists: \(student)` at it")
        }
        return [student, pair].map { EdgeGroup(from: [names[0]], to: $0, edge) }
    }
}
