/// Several charts of one image, one below the other; of none it says that there is nothing to show.
public struct ChartSheet: Chart {
    public var title: String
    public var summary: String
    /// From above to below.
    public var charts: [any Chart]

    /// A sheet of charts.
    public init(_ title: String, summary: String, _ charts: [any Chart]) {
        self.title = title
        self.summary = summary
        self.charts = charts
    }

    /// Of a sheet without charts.
    private static let emptySize = (width: 720.0, height: 120.0)

    public var width: Double { charts.map(\.width).max() ?? Self.emptySize.width }

    public var height: Double {
        charts.isEmpty ? Self.emptySize.height : charts.reduce(0) { $0 + $1.height }
    }

    public func elements(_ theme: Theme, id: String) -> [SVGElement] {
        guard !charts.isEmpty else {
            return [.heading(title), .noValues(at: Position(x: width / 2, y: height / 2))]
        }
        var top = 0.0
        let groups = charts.enumerated().map { index, chart in
            defer { top += chart.height }
            return SVGElement(
                "g",
                [
                    "transform": "translate(0 \(coordinate(top)))", "role": "group",
                    "aria-label": chart.title,
                ],
                [SVGElement("desc", text: chart.summary)]
                    + chart.elements(theme, id: "\(id)-\(index)"))
        }
        return groups
    }
}
