/// Groups of runs, compared by one figure.
public struct FigureComparison: Sendable {
    /// A learner of a group.
    public struct Row: Sendable {
        /// Its name; `mean` of all, `(ensemble)` of their mean probabilities.
        public var learner: String
        /// The name of its model.
        public var model: String
        /// Without teaching; nil where it was not trained so.
        public var alone: SeedSample?
        /// With teaching.
        public var taught: SeedSample?
    }

    /// A group of runs.
    public struct Table: Sendable {
        /// `training.batch=8, seeds 1, 2`.
        public var title: String
        /// In the order of names; the mean behind two learners or more.
        public var rows: [Row]
    }

    static let mean = "mean"
    private static let ensemble = "(ensemble)"

    /// What is compared.
    public let figure: FigureValues
    /// One for each group.
    public let tables: [Table]
    /// Of each group, then between groups.
    public internal(set) var differences: [Difference]

    init(
        _ figure: FigureValues, _ groups: [RunComparison.Group], _ rivals: [RunComparison.Rivals]
    ) {
        self.figure = figure
        tables = groups.map { Table(title: $0.title, rows: Self.rows(of: $0, figure)) }
        let within = zip(groups, tables).flatMap { group, table in
            Self.gains(in: table)
                + rivals.compactMap { Self.difference($0, in: table) }
        }
        differences = within + Self.betweenGroups(groups, tables)
    }

    /// Whether a pair is compared in some group.
    func compares(_ pair: RunComparison.Rivals) -> Bool {
        differences.contains {
            $0.kind == .learner && $0.subject == pair.name && $0.comparison == pair.comparison
        }
    }

    private static func rows(of group: RunComparison.Group, _ figure: FigureValues) -> [Row] {
        let names = Set(group.runs.flatMap(\.taught.keys)).sorted()
        let rows = names.map { name in
            Row(
                learner: name,
                model: group.runs.lazy.compactMap { $0.taught[name]?.summary.model }.first ?? "",
                alone: figure.sample(of: name, in: group.runs, \.alone),
                taught: figure.sample(of: name, in: group.runs, \.taught))
        }.filter { $0.alone != nil || $0.taught != nil }
        return rows + (mean(of: rows).map { [$0] } ?? []) + ensemble(of: group, figure)
    }

    /// The mean over learners: over those with both values, where some were trained alone.
    private static func mean(of rows: [Row]) -> Row? {
        let compared = rows.filter { $0.alone != nil && $0.taught != nil }
        let counted = compared.isEmpty ? rows : compared
        guard rows.count > 1, counted.count > 1 else { return nil }
        return Row(
            learner: mean, model: counted.count < rows.count ? "of \(counted.count)" : "",
            alone: SeedSample.mean(of: compared.compactMap(\.alone)),
            taught: SeedSample.mean(of: counted.compactMap(\.taught)))
    }

    private static func ensemble(of group: RunComparison.Group, _ figure: FigureValues) -> [Row] {
        guard figure.name == "test_accuracy",
            let sample = SeedSample(
                group.runs.compactMap { run in run.ensembleAccuracy.map { (run.seed, $0) } })
        else { return [] }
        return [Row(learner: ensemble, model: "", alone: nil, taught: sample)]
    }

    private static func gains(in table: Table) -> [Difference] {
        table.rows.compactMap { row in
            guard let alone = row.alone, let gain = row.taught?.minus(alone) else { return nil }
            return Difference(.gain, row.learner, "taught over alone", in: table.title, gain)
        }
    }

    /// Nil where the table lacks one of them.
    private static func difference(
        _ pair: RunComparison.Rivals, in table: Table
    ) -> Difference? {
        func taught(_ name: String) -> SeedSample? {
            table.rows.first { $0.learner == name }?.taught
        }
        let others = pair.others.compactMap(taught)
        guard others.count == pair.others.count, let own = taught(pair.name),
            let rest = SeedSample.mean(of: others), let sample = own.minus(rest)
        else { return nil }
        return Difference(.learner, pair.name, pair.comparison, in: table.title, sample)
    }

    /// Each group over the first, by learner.
    private static func betweenGroups(
        _ groups: [RunComparison.Group], _ tables: [Table]
    ) -> [Difference] {
        guard let first = groups.first else { return [] }
        let base = Dictionary(
            tables[0].rows.map { ($0.learner, $0) }, uniquingKeysWith: { one, _ in one })
        return zip(groups, tables).dropFirst().flatMap { group, table in
            table.rows.compactMap { row in
                guard let other = base[row.learner]?.taught, let sample = row.taught?.minus(other)
                else { return nil }
                return Difference(
                    .setting, row.learner, "over \(first.settings.joined(separator: ", "))",
                    in: group.settings.joined(separator: ", "), sample)
            }
        }
    }
}
