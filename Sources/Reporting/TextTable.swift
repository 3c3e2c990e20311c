/// Rows of text in columns of equal width, two spaces apart; the first row is the header.
public struct TextTable: Hashable, Sendable {
    /// The cells of each row; rows may differ in length.
    public var rows: [[String]]
    /// How many columns, counted from the first, hold words and are set to the left. The others
    /// hold numbers and are set to the right.
    public var wordColumns: Int

    /// A table, whose columns are all words by default.
    public init(rows: [[String]], wordColumns: Int = .max) {
        self.rows = rows
        self.wordColumns = wordColumns
    }

    /// The rows as lines, without spaces at their ends.
    public var lines: [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                column < wordColumns ? Text.left(cell.0, cell.1) : Text.right(cell.0, cell.1)
            }
            return cells.joined(separator: "  ").trimmingTrailingSpaces
        }
    }

    /// ``lines`` as one text.
    public var text: String { lines.map { $0 + "\n" }.joined() }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
    }
}
