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
        /// `training.batch=8, seeds 1, 2`, or `B, seeds 1, 2`.
        public var title: String
        /// In what the group differs from others.
        public var settings: [String]
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
        tables = groups.map {
            Table(title: $0.title, settings: $0.settings, rows: Self.rows(of: $0, figure))
        }
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

    /// Each group over the first: every learner that both have, and the mean of these.
    private static func betweenGroups(
        _ groups: [RunComparison.Group], _ tables: [Table]
    ) -> [Difference] {
        guard let first = groups.first else { return [] }
        return zip(groups, tables).dropFirst().flatMap { group, table in
            Self.differences(of: table, over: tables[0]).map { subject, sample in
                Difference(
                    .setting, subject, "over \(first.label)", in: group.label, sample)
            }
        }
    }

    /// The means of both sides are over the same learners: means of others would differ by more
    /// than the setting.
    private static func differences(
        of table: Table, over base: Table
    ) -> [(subject: String, sample: SeedSample)] {
        let (own, others) = (table.taught, base.taught)
        func difference(_ name: String) -> (subject: String, sample: SeedSample)? {
            guard let one = own[name], let other = others[name] else { return nil }
            return one.minus(other).map { (name, $0) }
        }
        let shared = own.keys.filter { others[$0] != nil && $0 != ensemble }.sorted()
        let ensembles = difference(ensemble).map { [$0] } ?? []
        let learners = shared.compactMap(difference)
        guard shared.count > 1,
            let one = SeedSample.mean(of: shared.compactMap { own[$0] }),
            let other = SeedSample.mean(of: shared.compactMap { others[$0] }),
            let sample = one.minus(other)
        else { return learners + ensembles }
        let most = max(own.count { $0.key != ensemble }, others.count { $0.key != ensemble })
        let subject = shared.count < most ? "\(mean) of \(shared.count)" : mean
        return learners + [(subject, sample)] + ensembles
    }
}

extension FigureComparison.Table {
    /// What every learner came to with teaching, and the ensemble; without the mean of all.
    fileprivate var taught: [String: SeedSample] {
        Dictionary(
            rows.compactMap { row in
                row.learner == FigureComparison.mean ? nil : row.taught.map { (row.learner, $0) }
            }, uniquingKeysWith: { one, _ in one })
    }
}
