/// Cells of rows, set below their headers in as many columns as fit.
struct RowLayout {
    /// The name, and a cell for each of ``RowColumn/all``, nil where there is none.
    struct Line {
        var name: RowCell
        var cells: [RowCell?]
        /// Whether its numbers are new, which a sign in front shows, and bold type.
        var isFresh: Bool
    }

    /// Of a name so many columns remain visible.
    private static let leastName = 8
    private static let gap = 2
    private static let freshSign = "•"
    private static let nameTitle = "learner"

    let lines: [Line]
    /// The width of the terminal.
    let columns: Int
    let style: TerminalStyle

    /// The header and the lines, each no wider than the terminal.
    func rendered() -> [String] {
        let widths = widths
        let shown = shown(widths)
        let rest = shown.reduce(0) { $0 + Self.gap + widths[$1] }
        let name = max(1, min(nameWidth, columns - 2 - rest))
        let header = Line(
            name: RowCell(text: Self.nameTitle, style: .faint),
            cells: RowColumn.all.map { RowCell(text: $0.title, style: .faint) }, isFresh: false)
        return ([header] + lines).map { line in
            let cells = shown.map { index in
                String(repeating: " ", count: Self.gap)
                    + text(
                        line.cells[index], widths[index], RowColumn.all[index].isLeft, line.isFresh)
            }
            let first = text(line.name, name, true, false)
            return trimmed((line.isFresh ? Self.freshSign : " ") + first + cells.joined())
        }
    }

    /// The width of the widest name, or of the header above.
    private var nameWidth: Int {
        lines.reduce(DisplayWidth.of(Self.nameTitle)) { max($0, DisplayWidth.of($1.name.text)) }
    }

    /// The width of each column; 0 for one that has no cell.
    private var widths: [Int] {
        RowColumn.all.indices.map { index in
            let cells = lines.compactMap { $0.cells[index] }
            guard !cells.isEmpty else { return 0 }
            let column = RowColumn.all[index]
            return cells.reduce(max(column.width, DisplayWidth.of(column.title))) {
                max($0, DisplayWidth.of($1.text))
            }
        }
    }

    /// The columns that fit beside the names, which are cut before the first columns fall away.
    private func shown(_ widths: [Int]) -> [Int] {
        var room = columns - 2 - min(nameWidth, Self.leastName)
        var shown: [Int] = []
        for (index, width) in widths.enumerated() where width > 0 {
            room -= Self.gap + width
            guard room >= 0 else { break }
            shown.append(index)
        }
        return shown
    }

    private func text(_ cell: RowCell?, _ width: Int, _ isLeft: Bool, _ isFresh: Bool) -> String {
        guard let cell else { return String(repeating: " ", count: width) }
        let text = DisplayWidth.cut(cell.text, to: width)
        let padding = DisplayWidth.pad("", to: width - DisplayWidth.of(text), isLeft: true)
        let styled = style.render(text, cell.style == .plain && isFresh ? .strong : cell.style)
        return isLeft ? styled + padding : padding + styled
    }

    private func trimmed(_ text: String) -> String {
        String(text[..<(text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex)])
    }
}
