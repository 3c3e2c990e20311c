/// How the rows of a table become samples 1×1×D: its columns in the order of the file.
struct TableEncoding: Codable, Equatable, Sendable {
    /// The columns that samples are made of.
    let columns: [TableColumn]

    /// Features of a sample, D.
    var width: Int { columns.reduce(0) { $0 + $1.width } }

    /// What a column without values in the training part is normalized by.
    private static let plain = (mean: 0.0, std: 1.0)

    /// Measures numbers by the rows to train on; a constant column is only centred.
    ///
    /// - Parameters:
    ///   - values: of each column, all rows of the training file.
    ///   - rows: the rows to train on.
    ///   - isNormalized: whether numbers are normalized, or stay as they are.
    init(
        names: [String], values: [ColumnValues], rows: [Int], isNormalized: Bool
    ) {
        columns = zip(names, values).map { name, values in
            switch values {
            case .categories(_, let names): TableColumn(name: name, kind: .categories(names))
            case .numbers(let numbers):
                TableColumn(
                    name: name,
                    kind: Self.measured(isNormalized ? rows.compactMap { numbers[$0] } : []))
            }
        }
    }

    private static func measured(_ numbers: [Double]) -> TableColumn.Kind {
        guard !numbers.isEmpty else { return .number(mean: plain.mean, std: plain.std) }
        let count = Double(numbers.count)
        let mean = numbers.reduce(0) { $0 + $1 / count }
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        return .number(mean: mean, std: variance > 0 ? variance.squareRoot() : 1)
    }

    /// The features of rows, row after row. A missing number is the mean of the training rows; a
    /// missing category is none of those known.
    func features(_ values: [ColumnValues], rows: [Int]) -> [Float] {
        var features: [Float] = []
        features.reserveCapacity(rows.count * width)
        for row in rows {
            for (column, values) in zip(columns, values) {
                Self.append(&features, column, values, row)
            }
        }
        return features
    }

    private static func append(
        _ features: inout [Float], _ column: TableColumn, _ values: ColumnValues, _ row: Int
    ) {
        switch (column.kind, values) {
        case (.number(let mean, let std), .numbers(let numbers)):
            features.append(Float(((numbers[row] ?? mean) - mean) / std))
        case (.categories(let names), .categories(let places, _)):
            for place in names.indices { features.append(places[row] == place ? 1 : 0) }
        default: preconditionFailure("a column's values are of its kind")
        }
    }
}
