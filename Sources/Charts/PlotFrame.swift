/// The rectangle in which data are drawn, and its axes with grid, ticks and titles.
struct PlotFrame {
    /// Below the title and beside the labels, in pixels.
    static let top = 36.0
    static let right = 16.0
    /// A line of text.
    static let lineHeight = 18.0

    let x: AxisMap
    let y: AxisMap
    private let horizontal: (axis: Axis, ticks: Ticks)
    private let vertical: (axis: Axis, ticks: Ticks)

    /// - Parameters:
    ///   - width: of the whole image, whose labels the frame leaves room for.
    ///   - height: of the plot alone.
    ///   - extents: from where to where the axes must reach.
    init(
        width: Double, height: Double, _ axes: (x: Axis, y: Axis),
        _ extents: (x: ClosedRange<Double>, y: ClosedRange<Double>)
    ) {
        let ticks = Ticks(
            extents.y, scale: axes.y.scale, count: max(2, Int(height / 50)),
            widens: axes.y.range == nil)
        let left = 34 + TextWidth.greatest(of: TickLabels.texts(ticks, axes.y))
        let spread = Ticks(extents.x, scale: axes.x.scale, count: max(2, Int(width / 90)))
        horizontal = (axes.x, spread)
        vertical = (axes.y, ticks)
        x = AxisMap(
            scale: axes.x.scale, domain: extents.x, start: left, end: width - Self.right)
        y = AxisMap(
            scale: axes.y.scale, domain: ticks.range, start: Self.top + height, end: Self.top)
    }

    /// Where a point lies; nil where an axis has no place for it.
    func position(of point: Point) -> Position? {
        x.position(of: point.x).flatMap { x in
            y.position(of: point.y).map { Position(x: x, y: $0) }
        }
    }

    /// The rectangle itself, which data are cut off at.
    func clip(_ id: String) -> SVGElement {
        SVGElement(
            "clipPath", ["id": id],
            [
                SVGElement(
                    "rect",
                    [
                        "class": "plot", "x": coordinate(x.start), "y": coordinate(y.end),
                        "width": coordinate(x.end - x.start),
                        "height": coordinate(y.start - y.end),
                    ])
            ])
    }

    /// Grid, ticks and titles.
    var axes: [SVGElement] { rows + columns + titles + lines }

    private var rows: [SVGElement] {
        zip(vertical.ticks.values, TickLabels.texts(vertical.ticks, vertical.axis)).flatMap {
            value, text -> [SVGElement] in
            guard let place = y.position(of: value) else { return [] }
            return [
                .line(Position(x: x.start, y: place), Position(x: x.end, y: place), class: "grid"),
                .label(text, at: Position(x: x.start - 6, y: place + 4), anchor: "end"),
            ]
        }
    }

    private var columns: [SVGElement] {
        zip(horizontal.ticks.values, TickLabels.texts(horizontal.ticks, horizontal.axis)).flatMap {
            value, text -> [SVGElement] in
            guard let place = x.position(of: value) else { return [] }
            return [
                .line(Position(x: place, y: y.start), Position(x: place, y: y.end), class: "grid"),
                .label(text, at: Position(x: place, y: y.start + 17), anchor: "middle"),
            ]
        }
    }

    private var titles: [SVGElement] {
        let middle = Position(x: (x.start + x.end) / 2, y: (y.start + y.end) / 2)
        let below = Position(x: middle.x, y: y.start + 36)
        let turned = SVGElement.label(
            vertical.axis.title, at: Position(x: 14, y: middle.y), anchor: "middle")
        return [
            .label(horizontal.axis.title, at: below, anchor: "middle"),
            turned.adding("transform", "rotate(-90 14 \(coordinate(middle.y)))"),
        ]
    }

    private var lines: [SVGElement] {
        let corner = Position(x: x.start, y: y.start)
        return [
            .line(corner, Position(x: x.end, y: y.start), class: "axis"),
            .line(corner, Position(x: x.start, y: y.end), class: "axis"),
        ]
    }
}
