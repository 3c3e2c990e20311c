/// How wide a text is at most. A file of SVG names no font, so that each reader draws it in a font
/// of its own.
enum TextWidth {
    /// The size of a chart's labels, in pixels.
    static let fontSize = 12.0

    /// An upper bound in pixels for usual fonts without serifs, of which DejaVu Sans and Verdana
    /// are the widest.
    static func of(_ text: String) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems(of: $1) } * fontSize
    }

    /// The greatest of several; 0 of none.
    static func greatest(of texts: some Sequence<String>) -> Double { texts.map(of).max() ?? 0 }

    private static let narrow = Set("ijlI.,:;'|!()[]/\\ ftr".unicodeScalars)
    private static let wide = Set("mwMW@%".unicodeScalars)

    /// In parts of the font's size.
    private static func ems(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case _ where narrow.contains(scalar): 0.46
        case _ where wide.contains(scalar): 1.08
        case "a"..."z", "0"..."9": 0.65
        case _ where scalar.value < 0x2E80: 0.86
        default: 1.1
        }
    }
}
