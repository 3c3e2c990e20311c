import Options

/// *Efficient Knowledge Distillation from an Ensemble of Teachers* (Fukuda et al. 2017): one of the
/// teachers, drawn at random, teaches each mini-batch.
///
///     random-teacher: {from: [t1, t2, t3], to: s}
struct RandomTeacher: Preset {
    static let name = "random-teacher"
    static let summary = "one of several teachers for each mini-batch (Fukuda et al. 2017)"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        from = Members("from", of: &options, count: 2...10_000, help: "teachers, at least two")
        to = Members("to", of: &options, help: "who learns")
        edge = try EdgeOptions(&options, default: .init(draw: .one), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try from.teaching(to, among: learners, edge, draw: .one)
    }
}
