import Options

/// *Distilling the Knowledge in a Neural Network* (Hinton et al. 2015): trained
/// teachers teach students.
///
///     teach: {from: t, to: [a, b], loss: kd, temperature: 4, weight: 0.9}
struct Teach: Preset {
    static let name = "teach"
    static let summary = "teachers and their students (Hinton et al. 2015)"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        from = Members("from", of: &options, help: "who teaches")
        to = Members("to", of: &options, help: "who learns")
        edge = try EdgeOptions(&options, registries: registries)
    }

    /// A group into each student, from all teachers.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try from.teaching(to, among: learners, edge)
    }
}
