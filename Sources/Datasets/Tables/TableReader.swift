/// Reads rows by the columns, the categories and the normalization of the rows to train on.
struct TableReader: NewSampleReader {
    /// The training file.
    private let path: String
    /// The columns of the training file.
    private let columns: [String]
    /// The column of the class, which new rows may lack.
    private let label: String
    private let selection: TableSelection
    private let encoding: TableEncoding

    /// - Parameter part: of the training file.
    init(like part: TablePart, _ selection: TableSelection, _ encoding: TableEncoding) {
        path = part.file.path
        columns = part.file.columns
        label = part.file.columns[part.label]
        self.selection = selection
        self.encoding = encoding
    }

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        let files = try InputFile.all(paths, classes: classes, kind: "table") { name in
            Self.endings.contains { name.lowercased().hasSuffix($0) }
        }
        var parts: [NewSamples] = []
        for file in files { parts.append(try rows(of: file.path, classes)) }
        return NewSamples(joining: parts)
    }

    /// What names of tables in a folder end in.
    private static let endings = [".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz", ".tab.gz"]

    private func rows(
        of path: String, _ classes: ClassNames
    ) throws(DatasetError) -> NewSamples {
        let file = try named(try TableFile(path, selection.format))
        let features = try TableFeatures(
            file, encoding.columns.map(\.name), selection, like: self.path)
        let values = try features.values(of: encoding)
        return NewSamples(
            shape: [1, 1, encoding.width],
            pixels: .floats(encoding.features(values, rows: Array(file.rows.indices))),
            classCount: classes.count, places: file.rows.map { "\(path), line \($0.line)" },
            labels: try labels(of: file, classes))
    }

    /// The file with the names of the training file's columns, where a header gives none.
    private func named(_ file: TableFile) throws(DatasetError) -> TableFile {
        guard !selection.format.hasHeader, file.columns != columns else { return file }
        let others = columns.filter { $0 != label }
        guard file.columns.count == others.count else {
            throw DatasetError(
                .corrupt,
                "\(file.path): has \(file.columns.count) columns, and \(path) has \(columns.count);"
                    + " without a header only the label's column may be absent")
        }
        return file.naming(others)
    }

    private func labels(
        of file: TableFile, _ classes: ClassNames
    ) throws(DatasetError) -> [Int?] {
        guard let column = file.columns.firstIndex(of: label) else {
            return [Int?](repeating: nil, count: file.rows.count)
        }
        var mistakes = Mistakes()
        let labels = file.rows.enumerated().map { row, record -> Int? in
            let text = record.fields[column].trimmed
            guard !selection.missing.contains(text) else { return nil }
            if classes[text] == nil {
                mistakes.add("\(file.place(row, column)): '\(text)' is no class of \(path)")
            }
            return classes[text]
        }
        try mistakes.check(file.path, remedy: "correct the labels, or leave them empty")
        return labels
    }
}
