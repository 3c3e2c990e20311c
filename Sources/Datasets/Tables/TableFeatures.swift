/// The columns of a file that samples are made of.
struct TableFeatures: Sendable {
    private let file: TableFile
    private let features: [Int]
    private let selection: TableSelection

    /// Columns by their places.
    init(_ file: TableFile, _ features: [Int], _ selection: TableSelection) {
        self.file = file
        self.features = features
        self.selection = selection
    }

    /// Columns by their names, whatever their order in the file.
    ///
    /// - Parameter path: the file that has them all, for messages.
    /// - Throws: ``DatasetError`` (65) that names those that are lacking.
    init(
        _ file: TableFile, _ names: [String], _ selection: TableSelection, like path: String
    ) throws(DatasetError) {
        self.init(file, try file.indices(of: names, like: path), selection)
    }

    /// The values of all features, of the kinds that the training file has.
    ///
    /// - Throws: ``DatasetError`` (65) that names the values that are no number, or no category
    ///   of the training file.
    func values(of encoding: TableEncoding) throws(DatasetError) -> [ColumnValues] {
        try checkMissing()
        let reader = ColumnReader(file: file, missing: selection.missing, categories: [])
        var mistakes = Mistakes()
        let values = zip(features, encoding.columns).map { index, column in
            self.values(index, column, reader, &mistakes)
        }
        try mistakes.check(file.path, remedy: "correct the values, or name them under missing")
        return values
    }

    private func values(
        _ index: Int, _ column: TableColumn, _ reader: ColumnReader, _ mistakes: inout Mistakes
    ) -> ColumnValues {
        let fields = file.rows.map { reader.field($0, index) }
        func read<Value>(
            _ complaint: String, _ value: (String) -> Value?
        ) -> [Value?] {
            fields.enumerated().map { row, field in
                guard let field else { return nil }
                let read = value(field)
                if read == nil {
                    mistakes.add("\(file.place(row, index)): '\(field)' is \(complaint)")
                }
                return read
            }
        }
        switch column.kind {
        case .number: return .numbers(read("no number", ColumnReader.number))
        case .categories(let names):
            let known = ClassNames(names)
            return .categories(
                read("no category of the training file") { known[$0] }, names: names)
        }
    }

    /// - Throws: ``DatasetError`` (65) where values are missing and must not be.
    func checkMissing() throws(DatasetError) {
        guard selection.fill == .refuse else { return }
        var mistakes = Mistakes()
        for (row, record) in file.rows.enumerated() {
            for column in features
            where selection.missing.contains(record.fields[column].trimmed) {
                mistakes.add("\(file.place(row, column)): the value is missing")
            }
        }
        try mistakes.check(
            file.path, remedy: "complete them, set fill: mean, or leave the column out")
    }
}
