/// Curves over one horizontal axis, with a legend below.
///
/// A chart of a million points is as small as one of some thousand: of each column of pixels only
/// the first, lowest, highest and last points are drawn.
public struct LineChart: Chart {
    public var title: String
    public var summary: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// In the order of the legend.
    public var series: [Series]
    public var width: Double
    /// The height of the plot alone, in pixels.
    public var plotHeight: Double

    /// A chart of curves.
    ///
    /// - Parameter summary: what can be seen; nil says which curves there are.
    public init(
        _ title: String, summary: String? = nil, x: Axis, y: Axis, series: [Series],
        width: Double = 720, plotHeight: Double = 280
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.width = width
        self.plotHeight = plotHeight
        self.summary =
            summary ?? "\(y.title) by \(x.title) of \(series.map(\.name).joined(separator: ", "))."
    }

    public var height: Double { legendTop + legend.height + 8 }

    private var legendTop: Double { PlotFrame.top + plotHeight + 46 }

    private var legend: Legend {
        Legend(
            series.enumerated().map { ($1.name, stroke($0)) }, width: width - PlotFrame.right * 2)
    }

    private func stroke(_ index: Int) -> Stroke { series[index].stroke ?? Stroke(number: index) }

    /// Where a point of the data lies in the image; nil where an axis has no place for it, or where
    /// there are no data.
    public func position(of point: Point) -> Position? { frame?.position(of: point) }

    /// Nil where there is nothing to show.
    private var frame: PlotFrame? {
        let points = series.lazy.flatMap(\.points).filter { x.holds($0.x) && y.holds($0.y) }
        let edges = series.lazy.flatMap(\.band).flatMap { [$0.lowerBound, $0.upperBound] }
        guard let across = x.extent(of: points.map(\.x)),
            let up = y.extent(of: Array(points.map(\.y)) + edges)
        else { return nil }
        return PlotFrame(width: width, height: plotHeight, (x, y), (across, up))
    }

    public func elements(_ theme: Theme, id: String) -> [SVGElement] {
        let heading = SVGElement.heading(title)
        guard let frame else {
            let place = Position(x: width / 2, y: PlotFrame.top + plotHeight / 2)
            return [heading, .noValues(at: place)]
        }
        let curves = SVGElement(
            "g", ["clip-path": "url(#\(id)-clip)"],
            series.indices.flatMap { curve($0, in: frame, theme) })
        return [heading, frame.clip("\(id)-clip")] + frame.axes + [curves]
            + legend.elements(at: Position(x: PlotFrame.right, y: legendTop), theme)
    }

    /// The band, the line and the dots of a series.
    private func curve(_ index: Int, in frame: PlotFrame, _ theme: Theme) -> [SVGElement] {
        let runs = series[index].runs(in: frame)
        let path = runs.filter { $0.count > 1 }.map { "M" + Self.text($0) }.joined()
        let stroke = stroke(index)
        let isSparse = series[index].points.count <= Self.mostDots
        let dots = runs.filter { $0.count == 1 || isSparse }.joined().map {
            stroke.dot(at: $0, theme)
        }
        return band(index, in: frame, theme)
            + (path.isEmpty
                ? [] : [stroke.path(path, theme).adding("data-series", series[index].name)])
            + dots
    }

    /// Series of no more points have a dot at each.
    private static let mostDots = 24

    private func band(_ index: Int, in frame: PlotFrame, _ theme: Theme) -> [SVGElement] {
        let edges = zip(series[index].points, series[index].band)
        let upper = edges.compactMap { frame.position(of: Point($0.x, $1.upperBound)) }
        let lower = edges.compactMap { frame.position(of: Point($0.x, $1.lowerBound)) }
        guard upper.count > 1, upper.count == lower.count else { return [] }
        let outline = Decimation.reduced(upper) + Decimation.reduced(lower).reversed()
        let colour = stroke(index).colour
        return [
            SVGElement(
                "path",
                [
                    "class": "fill\(colour)", "d": "M" + Self.text(outline) + "Z",
                    "fill": theme.colour(colour), "fill-opacity": "0.15",
                ])
        ]
    }

    private static func text(_ positions: [Position]) -> String {
        positions.map { "\(coordinate($0.x)) \(coordinate($0.y))" }.joined(separator: "L")
    }
}

extension Series {
    /// The points in pixels, without those that cannot be told apart, divided at gaps.
    fileprivate func runs(in frame: PlotFrame) -> [[Position]] {
        points.map { frame.position(of: $0) }.split(separator: nil).map { run in
            Decimation.reduced(run.compactMap(\.self))
        }
    }
}
