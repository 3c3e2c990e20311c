/// A table of squares that are the darker the greater their values are, with its rows named at the
/// left and its columns above.
public struct MatrixChart: Chart {
    /// A square.
    public struct Cell: Hashable, Sendable {
        /// How dark it is, in 0...1.
        public var shade: Double
        /// What stands in it, where it has room.
        public var text: String
        /// What it says to a reader who points at it.
        public var note: String

        /// A square.
        public init(shade: Double, text: String, note: String) {
            self.shade = shade
            self.text = text
            self.note = note
        }
    }

    public var title: String
    public var summary: String
    /// What the rows and the columns are.
    public var titles: (rows: String, columns: String)
    /// Of rows and columns, from above and from the left.
    public var names: (rows: [String], columns: [String])
    /// Row by row.
    public var cells: [[Cell]]
    public var width: Double

    /// A chart of squares.
    ///
    /// - Precondition: each row has a cell for each column, and all rows and columns have names.
    public init(
        _ title: String, summary: String, titles: (rows: String, columns: String),
        names: (rows: [String], columns: [String]), cells: [[Cell]], width: Double = 720
    ) {
        precondition(
            cells.count == names.rows.count && cells.allSatisfy { $0.count == names.columns.count })
        self.title = title
        self.summary = summary
        self.titles = titles
        self.names = names
        self.cells = cells
        self.width = width
    }

    private static let largestSide = 34.0
    /// The darkest square, on which the ink of texts still has a contrast of 4.5 on both grounds.
    private static let mostOpacity = 0.5

    /// The side of a square, in pixels.
    private var side: Double {
        let room = width - left - PlotFrame.right
        return min(Self.largestSide, room / Double(max(1, names.columns.count)))
    }

    private var left: Double {
        34 + TextWidth.greatest(of: names.rows)
    }

    private var top: Double { PlotFrame.top + 2 * PlotFrame.lineHeight }

    public var height: Double { top + Double(cells.count) * side + PlotFrame.lineHeight }

    public func elements(_ theme: Theme, id: String) -> [SVGElement] {
        let heading = SVGElement.heading(title)
        guard !cells.isEmpty, !names.columns.isEmpty else {
            return [heading, .noValues(at: Position(x: width / 2, y: height / 2))]
        }
        return [heading] + axes
            + cells.indices.flatMap { row in
                cells[row].indices.flatMap { square(row, $0, theme) }
            }
    }

    private var axes: [SVGElement] {
        let middle = Position(
            x: left + Double(names.columns.count) * side / 2,
            y: top + Double(cells.count) * side / 2)
        let turned = SVGElement.label(
            titles.rows, at: Position(x: 14, y: middle.y), anchor: "middle"
        )
        .adding("transform", "rotate(-90 14 \(coordinate(middle.y)))")
        return [
            .label(
                titles.columns, at: Position(x: middle.x, y: PlotFrame.top + 12), anchor: "middle"),
            turned,
        ]
            + names.columns.enumerated().filter { fits($1) }.map { place, name in
                .label(
                    name, at: Position(x: left + (Double(place) + 0.5) * side, y: top - 6),
                    anchor: "middle")
            }
            + names.rows.enumerated().map { place, name in
                .label(
                    name, at: Position(x: left - 6, y: top + (Double(place) + 0.5) * side + 4),
                    anchor: "end")
            }
    }

    private func fits(_ text: String) -> Bool {
        TextWidth.of(text) <= side
    }

    private func square(_ row: Int, _ column: Int, _ theme: Theme) -> [SVGElement] {
        let cell = cells[row][column]
        let corner = Position(x: left + Double(column) * side, y: top + Double(row) * side)
        let rectangle = SVGElement(
            "rect",
            [
                "class": "fill0", "x": coordinate(corner.x), "y": coordinate(corner.y),
                "width": coordinate(side - 1), "height": coordinate(side - 1),
                "fill": theme.colour(0),
                "fill-opacity": coordinate(min(1, max(0, cell.shade)) * Self.mostOpacity),
            ], [SVGElement("title", text: cell.note)])
        guard !cell.text.isEmpty, fits(cell.text) else { return [rectangle] }
        let middle = Position(x: corner.x + side / 2, y: corner.y + side / 2 + 4)
        return [rectangle, .label(cell.text, at: middle, anchor: "middle")]
    }
}
