import Options

/// Runs of one experiment, compared by figures: in means over seeds, and in differences that are
/// paired by seed.
public struct RunComparison: Sendable {
    /// Runs that differ in nothing but their seeds.
    public struct Group: Sendable {
        /// `training.batch=8, seeds 1, 2`, or `B, seeds 1, 2` where a legend has the settings.
        public internal(set) var title: String
        /// `training.batch=8`, or `B`.
        public internal(set) var label: String
        /// In what it differs from other groups: `training.batch=8`.
        public var settings: [String]
        /// What its runs came to.
        public var runs: [RunOutcome]

        /// A group of runs.
        public init(title: String, settings: [String], runs: [RunOutcome]) {
            self.title = title
            label = settings.joined(separator: ", ")
            self.settings = settings
            self.runs = runs
        }
    }

    /// A learner, and those of the same runs that it is compared with.
    public struct Rivals: Hashable, Sendable {
        var name: String
        /// Each once.
        var others: [String]

        /// - Parameter text: `chained:direct` or `averaged:single1,single2`.
        /// - Throws: ``SettingError`` where it has another form.
        public init(_ text: String) throws(SettingError) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let names = (parts.last ?? "").split(separator: ",").map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !names.isEmpty else {
                throw SettingError("--over \(text): write a learner, a colon and others: a:b,c")
            }
            (name, others) = (String(parts[0]), names.withoutRepeats)
        }

        var comparison: String {
            "over \(others.count == 1 ? "" : "the mean of ")\(others.joined(separator: ", "))"
        }
    }

    /// What is compared.
    public let groups: [Group]
    /// The settings of groups that have letters for labels; nil where labels are the settings.
    let legend: DataTable?
    /// One for each figure.
    public let figures: [FigureComparison]

    /// Compares groups; differences of settings are from the first group.
    ///
    /// - Parameters:
    ///   - names: of figures, as `test_accuracy` or `exit_accuracies.exit1`; `all` for all that
    ///     are reported; none for the accuracy, and what a byte of text costs. What is named
    ///     twice counts once: p-values are corrected for the number of differences of one kind in
    ///     one figure.
    ///   - rivals: learners to compare with others of the same runs; each counts once too.
    /// - Throws: ``SettingError`` for a figure or a learner that the runs do not have.
    public init(
        _ groups: [Group], figures names: [String] = [], rivals: [Rivals] = []
    ) throws(SettingError) {
        let named = NamedGroups(groups)
        let groups = named.groups
        (self.groups, legend) = (groups, named.legend)
        let reported = FigureValues.reported(in: groups)
        let chosen = try Self.chosen(names, of: reported)
        let rivals = rivals.withoutRepeats
        let open = chosen.map { FigureComparison($0, groups, rivals) }
        for pair in rivals where !open.contains(where: { $0.compares(pair) }) {
            throw SettingError(
                "--over \(pair.name):\(pair.others.joined(separator: ",")): not all of these were"
                    + " trained in every run")
        }
        figures = open.map { figure in
            var figure = figure
            figure.differences = Difference.corrected(figure.differences)
            return figure
        }
    }

    /// All differences, of all figures.
    public var differences: [Difference] { figures.flatMap(\.differences) }

    private static func chosen(
        _ names: [String], of reported: [FigureValues]
    ) throws(SettingError) -> [FigureValues] {
        if names.contains("all") { return reported }
        let usual = ["test_accuracy", "bits_per_byte"]
        if names.isEmpty { return reported.filter { usual.contains($0.name) } }
        var chosen: [FigureValues] = []
        for name in names {
            let found = reported.filter { $0.name == name || $0.figure.name == name }
            guard !found.isEmpty else {
                throw SettingError(
                    "--figure \(name): no run reports it; these report"
                        + " \(reported.map(\.name).joined(separator: ", "))")
            }
            chosen += found.filter { one in !chosen.contains { $0.name == one.name } }
        }
        return chosen
    }
}

extension RunComparison.Rivals {
    /// The order of the others changes no mean.
    public static func == (one: Self, other: Self) -> Bool {
        one.name == other.name && Set(one.others) == Set(other.others)
    }

    /// Hashes what counts for equality.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(Set(others))
    }
}

extension Array where Element: Hashable {
    /// The same order, each element where it is first.
    fileprivate var withoutRepeats: [Element] {
        var known: Set<Element> = []
        return filter { known.insert($0).inserted }
    }
}
