import Options

/// A ring: each learns from the one before it, the first from the last.
///
///     ring: [a, b, c]
struct Ring: Preset {
    static let name = "ring"
    static let summary = "each learns from the one before it"
    static let shortForm: String? = "among"

    private let among: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members(
            "among", of: &options, count: 2...10_000, help: "learners, at least two")
        edge = try EdgeOptions(
            &options, default: .init(loss: "dml", temperature: 1, readsStaged: false),
            registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let members = try among.found(among: learners, learning: true)
        return members.indices.map { index in
            EdgeGroup(
                from: [members[(index + members.count - 1) % members.count]], to: members[index],
                edge)
        }
    }
}
