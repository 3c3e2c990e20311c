import Reporting

/// A comparison as CSV: a row for each mean and for each difference, numbers as they are.
struct ComparisonRows {
    private let comparison: RunComparison

    init(_ comparison: RunComparison) { self.comparison = comparison }

    var csv: String {
        DataTable(
            header: [
                "figure", "unit", "group", "learner", "quantity", "n", "seeds", "values", "mean",
                "standard_deviation", "low", "high", "p", "corrected_p", "verdict", "settings",
            ],
            rows: comparison.figures.flatMap { figure in
                figure.tables.flatMap { results(of: $0, figure.figure) }
                    + figure.differences.map { row(of: $0, figure.figure) }
            }, wordColumns: 0
        ).csv
    }

    private func results(
        of table: FigureComparison.Table, _ figure: FigureValues
    ) -> [[String]] {
        table.rows.flatMap { row in
            [("alone", row.alone), ("taught", row.taught)].compactMap { name, sample in
                sample.map {
                    start(figure, table.title, row.learner, name, $0)
                        + Array(repeating: "", count: 5)
                        + [table.settings.joined(separator: "; ")]
                }
            }
        }
    }

    private func row(of difference: Difference, _ figure: FigureValues) -> [String] {
        let interval = difference.interval
        let numbers = [
            interval?.range.lowerBound, interval?.range.upperBound, interval?.p,
            difference.correctedP,
        ]
        return start(
            figure, difference.group, difference.subject, difference.comparison, difference.sample)
            + numbers.map { $0.map { "\($0)" } ?? "" } + [difference.verdict.rawValue, ""]
    }

    private func start(
        _ figure: FigureValues, _ group: String, _ learner: String, _ quantity: String,
        _ sample: SeedSample
    ) -> [String] {
        [
            figure.name, figure.figure.unit.rawValue, group, learner, quantity,
            "\(sample.values.count)", sample.seeds.map(String.init).joined(separator: " "),
            sample.values.map { "\($0)" }.joined(separator: " "), "\(sample.mean)",
            sample.values.count > 1 ? "\(sample.standardDeviation)" : "",
        ]
    }
}
