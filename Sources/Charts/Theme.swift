/// Which background a chart is made for.
public enum Theme: String, CaseIterable, Sendable {
    /// What the reader's system prefers; light where a program knows no such preference.
    case automatic
    /// White paper.
    case light
    /// A dark screen.
    case dark

    /// Light marks on a dark ground.
    static let darkInk = "#e6e6e6"
    /// Dark marks on white.
    static let lightInk = "#1a1a1a"
    /// The dark ground.
    static let darkGround = "#16181c"

    /// The colour of texts and axes, which elements name `currentColor`.
    var ink: String { self == .dark ? Self.darkInk : Self.lightInk }

    /// The ground behind the chart; white paper needs none.
    var ground: String { self == .dark ? Self.darkGround : "none" }

    /// The style of all charts. Classes are those of elements; `automatic` has rules for the dark
    /// besides, which win over the attributes.
    var style: String {
        let common = """

            .chart text { fill: currentColor; font: \(coordinate(TextWidth.fontSize))px sans-serif }
            .chart .title { font-size: 14px; font-weight: bold }
            .chart .axis { stroke: currentColor; stroke-width: 1 }
            .chart .grid { stroke: currentColor; stroke-width: 0.5; stroke-opacity: 0.2 }
            .chart .reference { stroke: currentColor; stroke-width: 1; stroke-dasharray: 3 3 }

            """
        guard self == .automatic else { return common }
        let colours = Palette.dark.enumerated().map { index, colour in
            "  .chart .stroke\(index) { stroke: \(colour) }\n"
                + "  .chart .fill\(index) { fill: \(colour) }\n"
        }
        return common + "@media (prefers-color-scheme: dark) {\n"
            + "  .chart { color: \(Self.darkInk) } .chart .ground { fill: \(Self.darkGround) }\n"
            + colours.joined() + "}\n"
    }

    /// A colour of the palette.
    func colour(_ index: Int) -> String { (self == .dark ? Palette.dark : Palette.light)[index] }
}
