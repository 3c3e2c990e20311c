import Reporting

/// A comparison for people: tables of each group, the differences, and what they mean.
struct ComparisonPage {
    private let comparison: RunComparison
    private let table: (DataTable) -> String
    private let heading: (String) -> String

    /// - Parameters:
    ///   - table: how tables are written.
    ///   - heading: how a title over a table is written.
    init(
        _ comparison: RunComparison, table: @escaping (DataTable) -> String,
        heading: @escaping (String) -> String
    ) {
        self.comparison = comparison
        self.table = table
        self.heading = heading
    }

    var text: String {
        (legend + comparison.figures.map(section) + [notes]).joined(separator: "\n")
    }

    private var legend: [String] {
        comparison.legend.map { [heading("settings in which the runs differ") + "\n" + table($0)] }
            ?? []
    }

    private func section(_ figure: FigureComparison) -> String {
        let tables = figure.tables.map {
            heading($0.title) + "\n" + table(results(of: $0, figure.figure))
        }
        let title = heading(description(of: figure.figure)) + "\n"
        guard !figure.differences.isEmpty else { return title + tables.joined(separator: "\n") }
        return title + (tables + [table(differences(of: figure))]).joined(separator: "\n")
    }

    /// `test accuracy (higher is better), mean ± standard deviation over seeds`
    private func description(of figure: FigureValues) -> String {
        let aim = figure.figure.aim == .none ? "" : " (\(figure.figure.aim.rawValue) is better)"
        return "\(figure.title)\(aim): mean ± standard deviation over seeds"
    }

    private func results(of table: FigureComparison.Table, _ figure: FigureValues) -> DataTable {
        let isCompared = table.rows.contains { $0.alone != nil }
        return DataTable(
            header: ["learner", "model"] + (isCompared ? ["alone", "taught"] : ["result"]),
            rows: table.rows.map { row in
                [row.learner, row.model]
                    + (isCompared ? [spread(row.alone, figure)] : []) + [spread(row.taught, figure)]
            }, wordColumns: 2)
    }

    /// `91.36% ± 0.56`, of one value the value.
    private func spread(_ sample: SeedSample?, _ figure: FigureValues) -> String {
        figure.figure.unit == .share
            ? Text.spread(ofShares: sample?.values ?? [])
            : Text.spread(sample?.values ?? [], Text.number, deviation: Text.number)
    }

    private func differences(of figure: FigureComparison) -> DataTable {
        let isDivided = figure.tables.count > 1
        let unit = figure.figure.differenceUnit
        return DataTable(
            header: ["difference"] + (isDivided ? ["of"] : [])
                + [
                    "each seed", unit.isEmpty ? "mean" : "mean, \(unit)", "95 % interval", "p",
                    "corrected", "is",
                ],
            rows: figure.differences.map { difference in
                [difference.title] + (isDivided ? [difference.group] : [])
                    + cells(of: difference, figure.figure)
            }, wordColumns: isDivided ? 2 : 1)
    }

    /// The differences of more seeds are in CSV and JSON.
    private static let mostSeeds = 6

    private func cells(of difference: Difference, _ figure: FigureValues) -> [String] {
        let values = difference.sample.values
        let interval = difference.interval.map {
            "\(figure.signed($0.range.lowerBound)) … \(figure.signed($0.range.upperBound))"
        }
        return [
            values.count > Self.mostSeeds
                ? "\(values.count) seeds" : values.map(figure.signed).joined(separator: ", "),
            figure.signed(difference.sample.mean), interval ?? "-",
            difference.interval.map { Text.number($0.p) } ?? "-",
            difference.correctedP.map(Text.number) ?? "-",
            difference.verdict.words,
        ]
    }

    // MARK: What it means

    private var notes: String {
        let all = comparison.differences
        guard !all.isEmpty else { return noDifferences }
        return ([found(all)] + method(all)).map { $0 + "\n" }.joined()
    }

    private var noDifferences: String {
        "Nothing to compare: train the students alone too (compare.alone=true), or name runs of"
            + " other settings with the same seeds.\n"
    }

    /// Which differences are larger than the noise.
    private func found(_ all: [Difference]) -> String {
        let larger = comparison.figures.flatMap { figure in
            figure.differences.filter { $0.verdict == .larger }.map { difference in
                let place = figure.tables.count > 1 ? " of \(difference.group)" : ""
                let unit = figure.figure.differenceUnit
                return "\(difference.title)\(place) in \(figure.figure.title)"
                    + " (\(figure.figure.signed(difference.sample.mean))"
                    + (unit.isEmpty ? "" : " \(unit)")
                    + ", \(difference.sample.values.count) seeds)"
            }
        }
        let tested = all.count { $0.interval != nil }
        guard tested > 0 else { return "No difference can be told from noise yet." }
        guard !larger.isEmpty else {
            return "None of \(tested) differences is larger than the noise."
                + (fewSeeds(all)
                    ? " More seeds show smaller ones: `cohort run CONFIG --seeds 5`." : "")
        }
        return "Larger than the noise: \(larger.joined(separator: "; "))."
    }

    /// Whether the intervals are wide for want of seeds.
    private func fewSeeds(_ all: [Difference]) -> Bool {
        all.contains { $0.interval != nil && $0.sample.values.count < 5 }
    }

    private func method(_ all: [Difference]) -> [String] {
        let tested = all.count { $0.interval != nil }
        var notes: [String] = []
        if tested > 0 {
            notes.append(
                "Differences are paired by seed. Intervals are Student's t's at 95 %, each by"
                    + " itself; p is two-sided, and corrected for the number of differences of one"
                    + " kind in one figure (Holm 1979). Larger than the noise: corrected p below"
                    + " 0.05.")
        }
        if all.contains(where: { $0.verdict == .oneSeed }) {
            notes.append(
                "One seed shows no spread, and no interval: repeat with others by `cohort run"
                    + " CONFIG --seeds 3`, and name all runs.")
        }
        if all.contains(where: { $0.verdict == .noSpread }) {
            notes.append(
                "Differences that are the same with every seed show no spread, and are not tested.")
        }
        return notes
    }
}

extension Difference.Verdict {
    /// For people.
    var words: String {
        switch self {
        case .larger: "larger than noise"
        case .within: "within the noise"
        case .oneSeed: "of one seed"
        case .noSpread: "not tested"
        }
    }
}
