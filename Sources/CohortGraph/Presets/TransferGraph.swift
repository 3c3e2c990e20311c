import Options

/// *Knowledge Transfer Graph for Deep Collaborative Learning* (Minami et al. 2020): an edge from
/// each of its learners to each other, with a gate of its own, and every edge a term of its own.
///
///     transfer-graph: {among: [a, b, c], gates: {a: {b: through, c: linear}, b: {a: correct}}}
///
/// `gates` names the student first and then the teacher; an edge that it does not name has the gate
/// of `gate`, through by default. The gate of a learner's labels is `task` and `task-gate` at the
/// learner. With all gates through, two learners are deep mutual learning; with all cut off, each
/// is independent.
struct TransferGraph: Preset {
    static let name = "transfer-graph"
    static let summary = "a gate for each edge of the complete graph (Minami et al. 2020)"
    static let shortForm: String? = "among"

    private let among: Members
    private let edge: EdgeOptions
    private let subject: String
    /// By student and teacher.
    private let gates: [GateEntry]

    /// The gate of an edge, as it is written.
    private struct GateEntry: Sendable {
        let to: PositionedName
        let from: PositionedName
        let gate: Gate
    }

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        subject = options.subject
        among = Members("among", of: &options, count: 2...10_000, help: "learners, at least two")
        let written = options.setting("gates", help: "STUDENT: {TEACHER: GATE}")
        edge = try EdgeOptions(
            &options, default: .init(temperature: 1, readsStaged: false), registries: registries)
        gates = try Self.gates(written, edge, options)
    }

    /// Reads `{STUDENT: {TEACHER: GATE}}`.
    private static func gates(
        _ written: Setting?, _ edge: EdgeOptions, _ options: OptionReader
    ) throws(SettingError) -> [GateEntry] {
        var problems = SettingProblems()
        var gates: [GateEntry] = []
        for student in try entries(of: written, "\(options.subject): gates") {
            for teacher in try entries(
                of: student.value, "\(options.subject): gates: \(student.key)")
            {
                problems.attempt { () throws(SettingError) in
                    let gate = try gate(teacher, into: student.key, edge, options)
                    gates.append(
                        GateEntry(
                            to: PositionedName(student.key, at: student.position),
                            from: PositionedName(teacher.key, at: teacher.position), gate: gate))
                }
            }
        }
        try problems.finish()
        return gates
    }

    private static func entries(
        of setting: Setting?, _ subject: String
    ) throws(SettingError) -> [Setting.Entry] {
        // What is no map, and a name twice, is refused.
        try OptionReader(setting, subject: subject).problems.finish()
        guard case .map(let entries) = setting?.value else { return [] }
        return entries.filter { $0.value.value != .null }
    }

    private static func gate(
        _ teacher: Setting.Entry, into student: String, _ edge: EdgeOptions,
        _ options: OptionReader
    ) throws(SettingError) -> Gate {
        let place = "gates: \(student): \(teacher.key)"
        guard case .scalar(let text, _) = teacher.value.value, let gate = Gate(rawValue: text)
        else {
            let known = Gate.allCases.map(\.rawValue).joined(separator: ", ")
            throw SettingError(
                "\(options.subject): \(place): is no gate; known: \(known)",
                at: teacher.value.position)
        }
        var gated = edge
        gated.gate = gate
        try EdgeRule.check(
            EdgeRule.Subject(edge: gated, writtenKnowledge: edge.knowledge, draw: .all), options)
        return gate
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let members = try among.ordered(among: learners)
        try check(members)
        let learning = Set(learners.filter(\.learns).map(\.name))
        return members.filter(learning.contains).flatMap { student in
            members.filter { $0 != student }.map { teacher in
                var edge = edge
                edge.gate = gate(from: teacher, to: student)
                return EdgeGroup(from: [teacher], to: student, edge)
            }
        }
    }

    private func gate(from teacher: String, to student: String) -> Gate {
        gates.first { $0.from.text == teacher && $0.to.text == student }?.gate ?? edge.gate
    }

    /// Refuses gates of learners that are not in the graph, and of a learner's edge to itself.
    private func check(_ members: [String]) throws(SettingError) {
        var problems = SettingProblems()
        for entry in gates {
            for name in [entry.to, entry.from] where !members.contains(name.text) {
                problems.note(
                    SettingError(
                        "\(subject): gates: '\(name.text)' is not in the graph:"
                            + " \(nearest(to: name.text, among: members))", at: name.position))
            }
            if entry.to.text == entry.from.text {
                problems.note(
                    SettingError(
                        "\(subject): gates: '\(entry.to.text)' has no edge to itself; the gate of"
                            + " its labels is `task` and `task-gate` at the learner",
                        at: entry.from.position))
            }
        }
        try problems.finish()
    }
}
