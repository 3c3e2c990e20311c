/// Several charts of one image, one below the other.
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

    public var width: Double { charts.map(\.width).max() ?? 0 }

    public var height: Double { charts.reduce(0) { $0 + $1.height } }

    public func elements(_ theme: Theme, id: String) -> [SVGElement] {
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
