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
        let places = try file.indices(of: names, like: other.file.path)
        (label, features) = (places[0], Array(places.dropFirst()))
        categories = []
    }

    /// The values of all features.
    ///
    /// - Throws: ``DatasetError`` where values are missing and must not be, are of several kinds
    ///   (65), or are too many to be categories (78).
    func values() throws(DatasetError) -> [ColumnValues] {
        try chosen.checkMissing()
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
        try chosen.values(of: encoding)
    }

    private var chosen: TableFeatures { TableFeatures(file, features, selection) }
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
