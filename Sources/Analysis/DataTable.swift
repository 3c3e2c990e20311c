import Reporting

/// Rows of cells below a header, as text, Markdown or CSV.
struct DataTable {
    var header: [String]
    var rows: [[String]]
    /// How many columns, counted from the first, hold words; the others hold numbers.
    var wordColumns: Int

    /// Columns of equal width.
    var text: String { TextTable(rows: [header] + rows, wordColumns: wordColumns).text }

    /// A table of Markdown; numbers are set to the right.
    var markdown: String {
        let rule = header.indices.map { $0 < wordColumns ? "---" : "---:" }
        return ([header, rule] + rows).map { row in
            "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }.joined()
    }

    /// Comma-separated values (RFC 4180).
    var csv: String {
        ([header] + rows).map { CSVFields.line($0) + CSVFields.lineEnd }.joined()
    }
}
