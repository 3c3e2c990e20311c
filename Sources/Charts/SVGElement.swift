/// An element of an SVG file. Texts and values are escaped when it is written.
public struct SVGElement: Sendable {
    /// The name of the tag.
    var name: String
    /// In the order in which they are written.
    var attributes: [(name: String, value: String)]
    /// What the element encloses, behind its text.
    var children: [SVGElement]
    /// What stands in the element; nil for none.
    var text: String?

    init(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
        _ children: [SVGElement] = [], text: String? = nil
    ) {
        self.name = name
        self.attributes = attributes.map { ($0.key, $0.value) }
        self.children = children
        self.text = text
    }

    /// The element with one more attribute.
    func adding(_ attribute: String, _ value: String) -> SVGElement {
        var element = self
        element.attributes.append((attribute, value))
        return element
    }

    /// The element and all in it, as XML.
    var xml: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to output: inout String) {
        output += "<\(name)"
        for (name, value) in attributes { output += " \(name)=\"\(Self.escaped(value))\"" }
        guard text != nil || !children.isEmpty else {
            output += "/>\n"
            return
        }
        output += ">" + Self.escaped(text ?? "") + (children.isEmpty ? "" : "\n")
        for child in children { child.write(to: &output) }
        output += "</\(name)>\n"
    }

    /// A text as XML may hold it: without control characters, which no escape allows.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension SVGElement {
    /// A straight line.
    static func line(_ from: Position, _ to: Position, class kind: String) -> SVGElement {
        SVGElement(
            "line",
            [
                "class": kind, "x1": coordinate(from.x), "y1": coordinate(from.y),
                "x2": coordinate(to.x), "y2": coordinate(to.y),
            ])
    }

    /// A text at a place.
    ///
    /// - Parameter anchor: which end of the text lies there: `start`, `middle` or `end`.
    static func label(_ text: String, at place: Position, anchor: String = "start") -> SVGElement {
        SVGElement(
            "text",
            ["x": coordinate(place.x), "y": coordinate(place.y), "text-anchor": anchor], text: text)
    }

    /// The title of a chart, in its upper left corner.
    static func heading(_ title: String) -> SVGElement {
        label(title, at: Position(x: PlotFrame.right, y: 22)).adding("class", "title")
    }

    /// What stands in place of data where there are none.
    static func noValues(at place: Position) -> SVGElement {
        label("no values to show", at: place, anchor: "middle")
    }
}

/// A place in an image, in pixels from its upper left corner.
public struct Position: Hashable, Sendable {
    /// To the right.
    public var x: Double
    /// Downwards.
    public var y: Double
}

/// A coordinate with at most two decimals, as short as it can be written: `12`, `12.5`, `12.34`.
func coordinate(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let fraction =
        rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    return (hundredths < 0 ? "-" : "") + "\(whole)" + fraction
}
