import Charts

extension ReportFormat {
    /// Figures for papers: one file, without scripts or fonts from elsewhere.
    static let svg = ReportFormat("svg", "figures: accuracy, losses, divergence, agreement, waits")
    {
        report, options in
        let charts = options.figures.map { $0.chart(of: report, options) }
        // Of all figures those that have something to show.
        let shown =
            options.figures.count < ReportFigures.all.count
            ? charts : charts.filter { !$0.series.isEmpty }
        guard shown.count != 1 else { return shown[0].svg(options.theme) }
        return ChartSheet(
            "\(report.name), run \(report.run)", summary: report.state, shown
        ).svg(options.theme)
    }
}
