import Options

/// *Knowledge Transfer via Dense Cross-Layer Mutual-Distillation* (Yao and Sun 2020), DCM: every
/// exit of a net learns from every exit of each other, the last layers among them, and all exits
/// learn from the labels.
///
///     dcm: {among: [a, b], weight: 1, temperature: 1}
///
/// The options beside `among` are of the edges between nets; those of the edges by which each early
/// exit learns from the labels stand in `labels: {…}`. Nets may have different numbers of exits.
struct DenseCrossLayer: Preset {
    static let name = "dcm"
    static let summary =
        "every exit of a net learns from every exit of the others (Yao and Sun 2020)"
    static let shortForm: String? = "among"

    private let among: Members
    private let responses: EdgeOptions
    private let labels: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members(
            "among", of: &options, count: 2...10_000,
            help: "learners whose models have exits, at least two")
        responses = try EdgeOptions(
            &options,
            default: .init(loss: "kd", temperature: 1, readsTaps: false, readsStaged: false),
            registries: registries)
        labels = EdgeOptions.ofLabels(in: &options, default: responses, registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard responses.knowledge == .response, labels.knowledge == .response else {
            throw SettingError("dcm: it is of responses; name losses of logits")
        }
        let all = try among.withExits(
            among: learners, kind: "exit",
            lack:
                "has no early exits; write `exits: true` in its options, of a model that has them")
        return all.flatMap { student in
            student.exits.map { exit in
                EdgeGroup(from: [student.name], to: student.name, labels.teaching([exit]))
            }
                + all.filter { $0.name != student.name }.flatMap { teacher in
                    edges(from: teacher.exits, to: student.exits)
                        .map { EdgeGroup(from: [teacher.name], to: student.name, $0) }
                }
        }
    }

    /// From each of a teacher's exits and its last layer to each of a student's.
    private func edges(from teachers: [String], to students: [String]) -> [EdgeOptions] {
        Self.outputs(students).flatMap { student in
            Self.outputs(teachers).map { responses.teaching(student, from: $0) }
        }
    }

    /// Each exit, and the last layer as none.
    private static func outputs(_ exits: [String]) -> [[String]] {
        exits.map { [$0] } + [[]]
    }
}
