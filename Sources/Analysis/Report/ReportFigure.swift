import Charts

/// A chart of a report.
public struct ReportFigure: Sendable {
    /// As in `--figure loss`.
    public let name: String
    /// What it shows, with its unit.
    let title: String
    private let draw: @Sendable (RunReport, ReportOptions) -> (any Chart)?

    /// A chart of any kind.
    ///
    /// - Parameter draw: nil where a run has nothing to show.
    init(
        _ name: String, title: String,
        draw: @escaping @Sendable (RunReport, ReportOptions) -> (any Chart)?
    ) {
        (self.name, self.title, self.draw) = (name, title, draw)
    }

    /// A chart of curves over the steps.
    ///
    /// - Parameter isPositive: whether it can be drawn on a logarithmic axis.
    init(
        name: String, title: String, labels: Axis.Labels, isPositive: Bool,
        series: @escaping @Sendable (RunReport) -> [Series]
    ) {
        self.init(name, title: title) { report, options in
            let series = series(report)
            guard !series.isEmpty else { return nil }
            let scale: Axis.Scale = options.isLogarithmic && isPositive ? .log : .linear
            return LineChart(
                title, x: Axis("step"), y: Axis(title, scale: scale, labels: labels),
                series: series)
        }
    }

    /// The chart; nil where the run has nothing to show.
    func chartWithValues(of report: RunReport, _ options: ReportOptions) -> (any Chart)? {
        draw(report, options)
    }

    /// The chart; with "no values to show" where the run has none.
    public func chart(of report: RunReport, _ options: ReportOptions) -> any Chart {
        draw(report, options) ?? ChartSheet(title, summary: "There are no values to show.", [])
    }
}
