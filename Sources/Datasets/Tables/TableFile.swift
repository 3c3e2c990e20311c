import Options

/// A file of delimited text whose rows all have the same columns.
struct TableFile: Sendable {
    /// Where it was read from.
    let path: String
    /// The names of the columns; `1`, `2`, … where the file has no header.
    let columns: [String]
    /// The rows below the header; each has a field for every column.
    let rows: [TextRecord]

    /// How a file is to be read.
    struct Format: Sendable {
        var delimiter = Delimiter.auto
        var hasHeader = true

        init(delimiter: Delimiter = .auto, hasHeader: Bool = true) {
            self.delimiter = delimiter
            self.hasHeader = hasHeader
        }

        /// Reads `delimiter` and `header`.
        init(options: inout OptionReader) throws(SettingError) {
            delimiter = options.choice("delimiter", default: .auto)
            hasHeader = options.flag(
                "header", default: true, help: "the first line names the columns")
        }
    }

    /// Reads a file, plain or gzipped.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66); where its text is damaged, it has no
    ///   row, its columns have no names of their own, or a row has more or fewer fields (65).
    init(_ path: String, _ format: Format) throws(DatasetError) {
        var records = try DelimitedText.records(
            try DataFile.read(path), delimiter: format.delimiter.byte(for: path), path: path)
        guard let first = records.first else {
            throw DatasetError(.corrupt, "\(path): is empty")
        }
        if format.hasHeader { records.removeFirst() }
        guard !records.isEmpty else {
            throw DatasetError(
                .corrupt, "\(path): holds a header and no row; set header: false if it is a row")
        }
        self.path = path
        columns =
            format.hasHeader
            ? first.fields.map { $0.trimmed } : first.fields.indices.map { "\($0 + 1)" }
        rows = records
        try checkColumns()
        try checkRows()
    }

    private init(path: String, columns: [String], rows: [TextRecord]) {
        self.path = path
        self.columns = columns
        self.rows = rows
    }

    /// The file with other names of its columns.
    ///
    /// - Precondition: there is one for each column.
    func naming(_ names: [String]) -> TableFile {
        precondition(names.count == columns.count, "a name for each column")
        return TableFile(path: path, columns: names, rows: rows)
    }

    private func checkColumns() throws(DatasetError) {
        var mistakes = Mistakes()
        var seen: Set<String> = []
        for (index, name) in columns.enumerated() {
            if name.isEmpty {
                mistakes.add("the header names no column \(index + 1)")
            } else if !seen.insert(name).inserted {
                mistakes.add("the header names two columns '\(name)'")
            }
        }
        try mistakes.check(path, remedy: "give every column a name of its own")
    }

    private func checkRows() throws(DatasetError) {
        var mistakes = Mistakes()
        for row in rows where row.fields.count != columns.count {
            mistakes.add(
                "line \(row.line): \(row.fields.count) fields, where the first line has"
                    + " \(columns.count)")
        }
        try mistakes.check(
            path,
            remedy: "complete the rows, quote fields that hold the delimiter, or set delimiter")
    }

    /// The index of a column by its name, or by its number from 1 where none has that name.
    ///
    /// - Parameter key: the option that names it, for messages.
    /// - Throws: ``DatasetError`` (78) where there is no such column.
    func index(of column: String, key: String) throws(DatasetError) -> Int {
        if let index = columns.firstIndex(of: column) { return index }
        if let number = Int(column), (1...columns.count).contains(number) { return number - 1 }
        throw DatasetError(
            .impossible,
            "\(path): \(key) names '\(column)', which is no column:"
                + " \(nearest(to: column, among: columns))")
    }

    /// The indices of columns that another file has too.
    ///
    /// - Parameter path: the other file, for messages.
    /// - Throws: ``DatasetError`` (65) that names the columns that this one lacks.
    func indices(of names: [String], like path: String) throws(DatasetError) -> [Int] {
        let lacking = names.filter { !columns.contains($0) }
        guard lacking.isEmpty else {
            throw DatasetError(
                .corrupt,
                "\(self.path): lacks columns of \(path): \(lacking.joined(separator: ", "))")
        }
        return names.compactMap { columns.firstIndex(of: $0) }
    }

    /// `line 7, column 'age'`.
    func place(_ row: Int, _ column: Int) -> String {
        "line \(rows[row].line), column '\(columns[column])'"
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        guard let first = first, let last = last, isSpace(first) || isSpace(last) else {
            return self
        }
        guard let start = firstIndex(where: { !isSpace($0) }),
            let end = lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[start...end])
    }
}
