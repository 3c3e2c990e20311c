/// Estimates with their intervals, one below the other: a dot and a whisker for each (a forest
/// plot). A line marks the value that means no effect.
public struct IntervalChart: Chart {
    /// An estimate.
    public struct Row: Hashable, Sendable {
        /// What is estimated.
        public var name: String
        /// The estimate.
        public var value: Double
        /// Its interval; nil where there is none.
        public var interval: ClosedRange<Double>?
        /// Whether it is drawn as one that counts.
        public var isEmphasized: Bool

        /// An estimate.
        public init(
            _ name: String, _ value: Double, interval: ClosedRange<Double>? = nil,
            isEmphasized: Bool = false
        ) {
            self.name = name
            self.value = value
            self.interval = interval
            self.isEmphasized = isEmphasized
        }
    }

    public var title: String
    public var summary: String
    /// The horizontal axis.
    public var x: Axis
    /// From above to below.
    public var rows: [Row]
    /// The value that means no effect.
    public var reference: Double
    /// What the chart is wide at least, in pixels.
    public var leastWidth: Double

    /// A chart of estimates; one whose names are long is wider, so that they and the values have
    /// room.
    public init(
        _ title: String, summary: String, x: Axis, rows: [Row], reference: Double = 0,
        width: Double = 720
    ) {
        self.title = title
        self.summary = summary
        self.x = x
        self.rows = rows
        self.reference = reference
        leastWidth = width
    }

    private static let rowHeight = 24.0
    /// Between a name and the values.
    private static let gap = 12.0

    /// What is left of the values.
    private var margin: Double {
        PlotFrame.right + TextWidth.greatest(of: rows.map(\.name)) + Self.gap
    }

    public var width: Double { max(leastWidth, margin + leastWidth / 2) }

    private var bottom: Double { PlotFrame.top + Double(rows.count) * Self.rowHeight }

    public var height: Double { bottom + 48 }

    /// Where the values lie.
    public var map: AxisMap {
        let values = rows.flatMap { row in
            [row.value, row.interval?.lowerBound, row.interval?.upperBound].compactMap(\.self)
        }
        let extent = x.extent(of: values + [reference]) ?? reference - 1...reference + 1
        return AxisMap(
            scale: x.scale, domain: Ticks(extent, scale: x.scale, count: 6, widens: true).range,
            start: margin, end: width - PlotFrame.right)
    }

    /// The height of a row's middle.
    public func middle(of row: Int) -> Double {
        PlotFrame.top + (Double(row) + 0.5) * Self.rowHeight
    }

    public func elements(_ theme: Theme, id: String) -> [SVGElement] {
        let map = map
        return [.heading(title)] + axis(map) + rows.indices.flatMap { marks(of: $0, map, theme) }
    }

    private func axis(_ map: AxisMap) -> [SVGElement] {
        let ticks = Ticks(map.domain, scale: x.scale, count: 6)
        let columns = zip(ticks.values, TickLabels.texts(ticks, x)).flatMap {
            value, text -> [SVGElement] in
            guard let place = map.position(of: value) else { return [] }
            return [
                upright(place, class: "grid"),
                .label(text, at: Position(x: place, y: bottom + 17), anchor: "middle"),
            ]
        }
        let middle = Position(x: (map.start + map.end) / 2, y: bottom + 36)
        return columns + [.label(x.title, at: middle, anchor: "middle")]
            + (map.position(of: reference).map { [upright($0, class: "reference")] } ?? [])
    }

    private func upright(_ place: Double, class kind: String) -> SVGElement {
        .line(Position(x: place, y: PlotFrame.top), Position(x: place, y: bottom), class: kind)
    }

    private func marks(of index: Int, _ map: AxisMap, _ theme: Theme) -> [SVGElement] {
        let (row, y) = (rows[index], middle(of: index))
        let label = SVGElement.label(
            row.name, at: Position(x: map.start - Self.gap, y: y + 4), anchor: "end")
        guard let place = map.position(of: row.value) else { return [label] }
        let stroke = row.isEmphasized ? Stroke(colour: 0, dash: 0) : Stroke(colour: 7, dash: 0)
        let dot = stroke.dot(at: Position(x: place, y: y), radius: 4, theme)
        guard let interval = row.interval, let low = map.position(of: interval.lowerBound),
            let high = map.position(of: interval.upperBound)
        else { return [label, dot] }
        return [
            label, stroke.path("M\(coordinate(low)) \(coordinate(y))H\(coordinate(high))", theme),
            dot,
        ]
    }
}
