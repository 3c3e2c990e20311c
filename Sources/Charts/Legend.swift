/// The names of series with their strokes, in as many columns as fit.
struct Legend {
    private static let mark = 30.0
    private let names: [(name: String, stroke: Stroke)]
    private let columns: Int
    private let columnWidth: Double

    init(_ names: [(name: String, stroke: Stroke)], width: Double) {
        self.names = names
        columnWidth = Self.mark + 14 + TextWidth.greatest(of: names.map(\.name))
        columns = max(1, Int(width / columnWidth))
    }

    /// In pixels.
    var height: Double {
        Double((names.count + columns - 1) / columns) * PlotFrame.lineHeight
    }

    /// The legend with its upper left corner at a place.
    func elements(at corner: Position, _ theme: Theme) -> [SVGElement] {
        names.enumerated().flatMap { index, entry -> [SVGElement] in
            let left = corner.x + Double(index % columns) * columnWidth
            let y = corner.y + (Double(index / columns) + 0.5) * PlotFrame.lineHeight
            let path = "M\(coordinate(left)) \(coordinate(y))H\(coordinate(left + Self.mark - 6))"
            return [
                entry.stroke.path(path, theme),
                .label(entry.name, at: Position(x: left + Self.mark, y: y + 4)),
            ]
        }
    }
}

extension Stroke {
    /// A path drawn with the stroke.
    func path(_ data: String, _ theme: Theme) -> SVGElement {
        let path = SVGElement(
            "path",
            [
                "class": "stroke\(colour)", "d": data, "fill": "none",
                "stroke": theme.colour(colour), "stroke-width": "1.75",
                "stroke-linejoin": "round",
            ])
        return dash == 0 ? path : path.adding("stroke-dasharray", Palette.dashes[dash])
    }

    /// A dot of the stroke's colour.
    func dot(at place: Position, radius: Double = 2.5, _ theme: Theme) -> SVGElement {
        SVGElement(
            "circle",
            [
                "class": "fill\(colour)", "cx": coordinate(place.x), "cy": coordinate(place.y),
                "r": coordinate(radius), "fill": theme.colour(colour),
            ])
    }
}
