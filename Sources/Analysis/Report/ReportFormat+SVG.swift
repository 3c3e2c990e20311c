import Charts

extension ReportFormat {
    /// Figures for papers: one file, without scripts or fonts from elsewhere.
    static let svg = ReportFormat(
        "svg", "figures: accuracy, losses, divergence, agreement, waits, calibration"
    ) {
        report, options in
        // Of all figures those that have something to show.
        let shown =
            options.figures.count < ReportFigures.all.count
            ? options.figures.map { $0.chart(of: report, options) }
            : options.figures.compactMap { $0.chartWithValues(of: report, options) }
        guard shown.count != 1 else { return shown[0].svg(options.theme) }
        return ChartSheet(
            "\(report.name), run \(report.run)", summary: report.state, shown
        ).svg(options.theme)
    }
}
