import Testing

/// A terminal that understands what the rows use: new lines, cursor up, erasing, emphasis. It folds
/// no lines.
struct Screen {
    var lines = [""]
    /// Whether any emphasis was asked for.
    private(set) var hasEmphasis = false
    private var row = 0
    private var column = 0

    /// The text as it stands there.
    var text: String { lines.joined(separator: "\n") }

    mutating func write(_ text: String) {
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                (row, column) = (row + 1, 0)
                if row == lines.count { lines.append("") }
            case "\r": column = 0
            case "\u{1B}": control(&rest)
            default: put(character)
            }
        }
    }

    private mutating func put(_ character: Character) {
        var line = Array(lines[row])
        if column < line.count { line[column] = character } else { line.append(character) }
        lines[row] = String(line)
        column += 1
    }

    private mutating func control(_ rest: inout Substring) {
        rest.removeFirst()
        let number = rest.prefix(while: \.isNumber)
        rest = rest.dropFirst(number.count)
        switch rest.removeFirst() {
        case "A": row = max(0, row - (Int(number) ?? 1))
        case "J": lines = lines[..<row] + [String(lines[row].prefix(column))]
        case "K": lines[row] = String(lines[row].prefix(column))
        case "m": hasEmphasis = true
        default: Issue.record("an unknown control")
        }
    }
}
