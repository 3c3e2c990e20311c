import Foundation

/// A JSON value that is written for the page, with short numbers and safe inside a script element.
///
/// Foundation's encoder writes all digits of a number, which would treble the size of a curve.
enum PageValue: Sendable {
    case text(String)
    /// Rounded to ``digits`` significant digits; `null` where it is not finite.
    case number(Double)
    case integer(Int)
    case bool(Bool)
    case list([PageValue])
    case numbers([Double])
    case integers([Int])
    /// Members in the order in which they are written; those without a value are left out.
    case object([(String, PageValue?)])

    /// Significant digits of a number: more than a picture shows.
    static let digits = 5

    /// A text, where there is one.
    static func maybe(_ text: String?) -> PageValue? { text.map { .text($0) } }
    /// A whole number, where there is one.
    static func maybe(_ value: Int?) -> PageValue? { value.map { .integer($0) } }
    /// A number, where there is one; one that is not finite is its name.
    static func maybe(_ value: Double?) -> PageValue? {
        value.map { $0.isFinite ? .number($0) : .text("\($0)") }
    }
    /// A time in milliseconds since 1970, where there is one that a whole number holds: a damaged
    /// record may say any.
    static func maybe(_ time: Date?) -> PageValue? {
        time.flatMap { Int(exactly: ($0.timeIntervalSince1970 * 1000).rounded()) }
            .map { .integer($0) }
    }

    /// The value as JSON text.
    var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// About how long the JSON text is, in bytes.
    var length: Int {
        let number = Self.digits + 2
        return switch self {
        case .text(let text): text.utf8.count + 2
        case .number, .integer, .bool: number
        case .list(let items): items.reduce(2) { $0 + $1.length }
        case .numbers(let items): items.count * number
        case .integers(let items): items.count * number
        case .object(let members):
            members.reduce(2) { $0 + $1.0.utf8.count + 4 + ($1.1?.length ?? 0) }
        }
    }

    private func write(to output: inout String) {
        switch self {
        case .text(let text): Self.write(text, to: &output)
        case .number(let value): output += Self.short(value)
        case .integer(let value): output += "\(value)"
        case .bool(let value): output += value ? "true" : "false"
        case .list(let items): Self.write(items, to: &output) { $0.write(to: &$1) }
        case .numbers(let items): Self.write(items, to: &output) { $1 += Self.short($0) }
        case .integers(let items): Self.write(items, to: &output) { $1 += "\($0)" }
        case .object(let members):
            output += "{"
            var isFirst = true
            for case (let name, let value?) in members {
                if !isFirst { output += "," }
                isFirst = false
                Self.write(name, to: &output)
                output += ":"
                value.write(to: &output)
            }
            output += "}"
        }
    }

    private static func write<Item>(
        _ items: [Item], to output: inout String, _ body: (Item, inout String) -> Void
    ) {
        output += "["
        for (place, item) in items.enumerated() {
            if place > 0 { output += "," }
            body(item, &output)
        }
        output += "]"
    }

    /// Letters that could end the script element or the line are escaped too.
    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": output += "\\n"
            case "\"", "\\", "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }

    /// The shortest text of a number with ``digits`` significant digits.
    private static func short(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        guard value != 0 else { return "0" }
        let scale = pow(10, Double(digits - 1) - log10(abs(value)).rounded(.down))
        let rounded = (value * scale).rounded() / scale
        // The scale, or what is rounded up, may be beyond all numbers.
        let text = "\(rounded.isFinite ? rounded : value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
