/// How a series is drawn: one of eight colours, and one of eight patterns of dashes.
public struct Stroke: Hashable, Sendable {
    /// The number of a colour, from 0.
    public var colour: Int
    /// The number of a pattern; 0 is a solid line.
    public var dash: Int

    /// A stroke, whose numbers begin again behind the last colour and pattern.
    public init(colour: Int, dash: Int) {
        self.colour = colour % Palette.light.count
        self.dash = dash % Palette.dashes.count
    }

    /// The stroke of the series with a number, from 0. The first 64 differ, and neighbours differ
    /// in both, so that they can be told apart without colours too.
    public init(number: Int) {
        self.init(colour: number, dash: number + number / Palette.light.count)
    }
}

/// The colours and dashes of series.
///
/// The colours keep their order of brightness for readers who confuse red and green, and have a
/// contrast of at least 3 to their ground, as WCAG 2.1 asks of graphics (criterion 1.4.11).
public enum Palette {
    /// On white.
    public static let light = [
        "#0072b2", "#d55e00", "#007a5a", "#b0458f", "#6b5b00", "#00808f", "#b3202c", "#5f5f5f",
    ]
    /// On a dark ground, the same hues.
    public static let dark = [
        "#56b4e9", "#ff9a4d", "#2fc39a", "#e58fc8", "#e0c94a", "#54d3e0", "#ff7d80", "#b8b8b8",
    ]
    /// Lengths of dashes and gaps in pixels; the first is a solid line.
    public static let dashes = [
        "none", "8 3", "2 3", "9 3 2 3", "14 4", "5 2 2 2 2 2", "4 4", "14 3 4 3",
    ]
}
