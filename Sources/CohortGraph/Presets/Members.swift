import Options

/// The learners that a preset names in one of its options.
struct Members: Sendable {
    private let key: String
    private let names: [PositionedName]
    private let subject: String

    /// Why there are too few or too many of them, if so.
    private let objection: SettingError?

    /// Reads a list of names, or one name alone, which ``found(among:learning:)`` checks.
    init(
        _ key: String, of options: inout OptionReader, count: ClosedRange<Int> = 1...10_000,
        help: String
    ) {
        self.key = key
        subject = options.subject
        names = options.names(key, help: help)
        let fewest = count.lowerBound
        objection =
            if names.count < fewest {
                options.failure(
                    key,
                    fewest == 1
                        ? "names nobody; name a learner"
                        : "names fewer than \(fewest == 2 ? "two" : "\(fewest)") learners;"
                            + " add another"
                )
            } else if names.count > count.upperBound {
                options.failure(key, "names \(names.count) learners; name one")
            } else {
                nil
            }
    }

    /// Those that are named, in the order in which they are.
    ///
    /// - Parameter learning: whether all must learn.
    /// - Throws: ``SettingError`` for an unknown learner, one that is named twice, and for a
    ///   teacher where it would have to learn.
    func found(among learners: [Learner], learning: Bool = false) throws(SettingError) -> [String] {
        if let objection { throw objection }
        var problems = SettingProblems()
        var seen: Set<String> = []
        for name in names {
            problems.attempt { () throws(SettingError) in
                try check(name, among: learners, learning: learning)
                guard seen.insert(name.text).inserted else {
                    throw SettingError(
                        "\(subject): learner '\(name.text)' is named twice", at: name.position)
                }
            }
        }
        try problems.finish()
        return names.map(\.text)
    }

    private func check(
        _ name: PositionedName, among learners: [Learner], learning: Bool
    ) throws(SettingError) {
        guard let learner = learners.first(where: { $0.name == name.text }) else {
            let hint = nearest(to: name.text, among: learners.map(\.name))
            throw SettingError(
                "\(subject): unknown learner '\(name.text)': \(hint)", at: name.position)
        }
        if learning { try refuse(learner, at: name.position) }
    }

    /// As ``found(among:learning:)``, in the order of the cohort.
    func ordered(among learners: [Learner], learning: Bool = false) throws(SettingError) -> [String]
    {
        let found = Set(try found(among: learners, learning: learning))
        return learners.map(\.name).filter(found.contains)
    }

    private func refuse(_ learner: Learner, at position: SourcePosition) throws(SettingError) {
        guard !learner.learns else { return }
        let why = learner.isRecorded ? "is a recording" : "is a teacher"
        throw SettingError(
            "\(subject): learner '\(learner.name)' \(why), which never learns, and here it would;"
                + " leave it out, or make it a student", at: position)
    }

    /// Refuses learners that would teach themselves with what they publish anyway.
    func check(
        isApartFrom other: Members, among learners: [Learner]
    ) throws(SettingError) {
        let others = Set(try other.found(among: learners))
        for name in names where others.contains(name.text) {
            throw SettingError(
                "\(subject): learner '\(name.text)' stands in \(key) and in \(other.key), and"
                    + " nobody teaches itself this way; leave it out of one", at: name.position)
        }
    }

    /// A group from each of these into itself.
    ///
    /// - Throws: as ``found(among:learning:)``.
    func teachingThemselves(
        among learners: [Learner], _ edge: EdgeOptions
    ) throws(SettingError) -> [EdgeGroup] {
        try found(among: learners, learning: true).map { name in
            EdgeGroup(from: [name], to: name, edge)
        }
    }

    /// The groups that teach each early exit of these learners.
    ///
    /// - Parameters:
    ///   - kind: what the names of the exits' taps begin with.
    ///   - lack: what is wrong with a model that has none, as it follows the learner's name.
    ///   - edges: what teaches an exit.
    /// - Throws: as ``found(among:learning:)``, and for a learner whose model has no such exits.
    func teachingExits(
        among learners: [Learner], kind: String, lack: String, _ edges: (String) -> [EdgeOptions]
    ) throws(SettingError) -> [EdgeGroup] {
        try withExits(among: learners, kind: kind, lack: lack).flatMap { name, exits in
            exits.flatMap(edges).map { EdgeGroup(from: [name], to: name, $0) }
        }
    }

    /// These learners, each with its early exits.
    ///
    /// - Parameters:
    ///   - kind: what the names of the exits' taps begin with.
    ///   - lack: what is wrong with a model that has none, as it follows the learner's name.
    /// - Throws: as ``found(among:learning:)``, and for a learner whose model has no such exits.
    func withExits(
        among learners: [Learner], kind: String, lack: String
    ) throws(SettingError) -> [(name: String, exits: [String])] {
        try found(among: learners, learning: true).map { (name) throws(SettingError) in
            let exits = learners.first { $0.name == name }?.exits ?? []
            guard exits.first?.hasPrefix(kind) == true else {
                throw SettingError("\(subject): the model of learner '\(name)' \(lack)")
            }
            return (name, exits)
        }
    }

    /// A group into each of some learners, from all of these.
    func teaching(
        _ students: Members, among learners: [Learner], _ edge: EdgeOptions,
        draw: EdgeGroup.Draw = .all
    ) throws(SettingError) -> [EdgeGroup] {
        var problems = SettingProblems()
        let teachers = problems.attempt { () throws(SettingError) in
            try ordered(among: learners)
        }
        let students = problems.attempt { () throws(SettingError) in
            try check(isApartFrom: students, among: learners)
            return try students.found(among: learners, learning: true)
        }
        try problems.finish()
        return (students ?? []).map {
            EdgeGroup(from: teachers ?? [], to: $0, edge, draw: draw)
        }
    }
}
