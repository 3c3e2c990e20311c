/// A file of a table with the columns that are chosen from it: the training or the test part.
struct TablePart: Sendable {
    let file: TableFile
    /// The column of the class.
    let label: Int
    /// The columns that are features.
    let features: [Int]
    private let selection: TableSelection
    private let categories: Set<Int>

    /// Chooses the columns of the training file.
    ///
    /// - Parameter key: a column that is no feature.
    /// - Throws: ``DatasetError`` (78) where a name is no column.
    init(
        _ file: TableFile, _ selection: TableSelection, leavingOut key: String? = nil
    ) throws(DatasetError) {
        self.file = file
        self.selection = selection
        (label, features) = try selection.columns(of: file, leavingOut: key)
        categories = try selection.categories(of: file)
    }

    /// Finds the columns of the training file in a test file, whatever their order there.
    ///
    /// - Throws: ``DatasetError`` (65) that names the columns that it lacks.
    init(
        _ file: TableFile, _ selection: TableSelection, like other: TablePart
    ) throws(DatasetError) {
        self.file = file
        self.selection = selection
        let names = ([other.label] + other.features).map { other.file.columns[$0] }
        let lacking = names.filter { !file.columns.contains($0) }
        guard lacking.isEmpty else {
            throw DatasetError(
                .corrupt,
                "\(file.path): lacks columns of \(other.file.path): "
                    + lacking.joined(separator: ", "))
        }
        let places = names.compactMap { file.columns.firstIndex(of: $0) }
        (label, features) = (places[0], Array(places.dropFirst()))
        categories = []
    }

    /// The values of all features.
    ///
    /// - Throws: ``DatasetError`` where values are missing and must not be, are of several kinds
    ///   (65), or are too many to be categories (78).
    func values() throws(DatasetError) -> [ColumnValues] {
        try checkMissing()
        let reader = ColumnReader(file: file, missing: selection.missing, categories: categories)
        var values: [ColumnValues] = []
        for column in features { values.append(try reader.values(column)) }
        return values
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

    private func checkMissing() throws(DatasetError) {
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

extension TablePart {
    /// What is unlikely about a table's columns.
    func remarks(_ values: [ColumnValues]) -> [String] {
        var remarks: [String] = []
        if selection.format.hasHeader, file.columns.allSatisfy({ ColumnReader.number($0) != nil }) {
            remarks.append(
                "\(file.path): the header holds numbers alone; set header: false if it is a row")
        }
        for (column, values) in zip(features, values) where values.areConstant {
            remarks.append(
                "\(file.path): column '\(file.columns[column])' has one value in all rows;"
                    + " it can be left out")
        }
        return remarks
    }
}

extension ColumnValues {
    /// Whether all rows that have a value have the same one.
    fileprivate var areConstant: Bool {
        switch self {
        case .numbers(let numbers): Set(numbers.compactMap(\.self)).count < 2
        case .categories(_, let names): names.count < 2
        }
    }
}
