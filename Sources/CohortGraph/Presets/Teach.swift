import Options

/// *Distilling the Knowledge in a Neural Network* (Hinton et al. 2015): who knows more teaches.
///
///     teach: {from: t, to: [a, b], loss: kd, temperature: 4, weight: 0.9}
struct Teach: Preset {
    static let summary = "teachers and their students (Hinton et al. 2015)"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, rooms: EdgeRooms) throws(SettingError) {
        from = try Members("from", of: &options, help: "who teaches")
        to = try Members("to", of: &options, help: "who learns")
        edge = try EdgeOptions(&options, rooms: rooms)
    }

    /// A group into each student, from all teachers.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try from.check(isApartFrom: to, among: learners)
        let teachers = try from.ordered(among: learners)
        return try to.found(among: learners, learning: true).map {
            EdgeGroup(from: teachers, to: $0, edge)
        }
    }
}
