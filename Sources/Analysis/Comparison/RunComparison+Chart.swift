import Charts

extension RunComparison {
    /// The differences with their intervals; those that are larger than the noise stand out.
    public var chart: any Chart {
        let charts = figures.filter { !$0.differences.isEmpty }.map(\.chart)
        return charts.count == 1
            ? charts[0]
            : ChartSheet(
                "Differences, paired by seed",
                summary: charts.isEmpty
                    ? "There is nothing to compare." : "One chart for each figure.", charts)
    }
}

extension FigureComparison {
    fileprivate var chart: IntervalChart {
        let isDivided = tables.count > 1
        let rows = differences.map { difference in
            IntervalChart.Row(
                difference.title + (isDivided ? " (\(difference.group))" : ""),
                figure.scaled(difference.sample.mean),
                interval: difference.interval.map {
                    figure.scaled($0.range.lowerBound)...figure.scaled($0.range.upperBound)
                }, isEmphasized: difference.verdict == .larger)
        }
        let unit = figure.differenceUnit
        return IntervalChart(
            "Differences in \(figure.title), paired by seed",
            summary: zip(differences, rows).map { difference, row in
                let mean = figure.signed(difference.sample.mean)
                return "\(row.name): \(mean), \(difference.verdict.words)."
            }.joined(separator: " "),
            x: Axis("difference\(unit.isEmpty ? "" : ", \(unit)"), with its 95 % interval"),
            rows: rows)
    }
}
