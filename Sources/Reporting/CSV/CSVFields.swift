/// Lines of comma-separated values (RFC 4180).
package enum CSVFields {
    /// What ends a line.
    package static let lineEnd = "\r\n"

    /// A line without its end.
    package static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",")
    }

    private static let dividers: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]

    /// A field; where it holds what divides fields, in quotes.
    private static func quoted(_ field: String) -> String {
        guard field.unicodeScalars.contains(where: dividers.contains) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    /// The fields of a line without its end.
    static func fields(of line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var last: Character?
        for character in line {
            if character == "\"" {
                // Two within quotes stand for one.
                if !isQuoted, last == "\"" { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            last = character
        }
        return fields
    }
}
