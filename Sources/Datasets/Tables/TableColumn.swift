/// A column of a table that samples are made of, and how its values become features.
struct TableColumn: Codable, Equatable, Sendable {
    /// What the values are.
    enum Kind: Codable, Equatable, Sendable {
        /// Numbers, one feature: `(x − mean) / std`.
        case number(mean: Double, std: Double)
        /// Words or codes, one feature for each: 1 where the value is that one, else 0.
        case categories([String])
    }

    /// The column's name in the header.
    let name: String
    /// How its values become features.
    let kind: Kind

    /// How many features a value becomes.
    var width: Int {
        switch kind {
        case .number: 1
        case .categories(let values): values.count
        }
    }

    /// The features' names: `age`, or `colour=red`.
    var features: [String] {
        switch kind {
        case .number: [name]
        case .categories(let values): values.map { "\(name)=\($0)" }
        }
    }
}

/// What the values of a column may be, before it is known which numbers they are normalized by.
enum ColumnValues {
    /// A number for each row; nil where it is missing.
    case numbers([Double?])
    /// The place of each row's value among the sorted categories; nil where it is missing.
    case categories([Int?], names: [String])
}

/// Reads the values of columns, and finds out what they are.
struct ColumnReader {
    let file: TableFile
    /// What stands in place of a value that is missing.
    let missing: Set<String>
    /// The columns that the configuration calls categories.
    let categories: Set<Int>

    /// A column of words with more values than this must be called categories.
    private static let mostWords = 50

    /// The values of a column: numbers where all are, and categories where none is or the
    /// configuration says so.
    ///
    /// - Throws: ``DatasetError`` (65) where some are numbers and some are not; (78) where words
    ///   have too many different values to be categories.
    func values(_ column: Int) throws(DatasetError) -> ColumnValues {
        let fields = file.rows.map { field($0, column) }
        let present = fields.count { $0 != nil }
        let numbers = fields.map { $0.flatMap(Self.number) }
        let known = numbers.count { $0 != nil }
        if categories.contains(column) || (known == 0 && present > 0) {
            return try categories(fields, column)
        }
        guard known == present else {
            throw mixture(fields, numbers, column)
        }
        return .numbers(numbers)
    }

    /// A row's value; nil where it is missing.
    func field(_ row: TextRecord, _ column: Int) -> String? {
        let text = row.fields[column].trimmed
        return missing.contains(text) ? nil : text
    }

    /// A finite decimal number.
    static func number(_ text: String) -> Double? {
        guard text.utf8.allSatisfy(isOfNumber), let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private func categories(
        _ fields: [String?], _ column: Int
    ) throws(DatasetError) -> ColumnValues {
        let names = ClassNames(of: fields.compactMap(\.self))
        guard names.count <= Self.mostWords || categories.contains(column) else {
            throw DatasetError(
                .impossible,
                "\(file.path): column '\(file.columns[column])' is text of \(names.count) different"
                    + " values in \(fields.count) rows; name it under leave-out or categories")
        }
        return .categories(fields.map { $0.flatMap { names[$0] } }, names: names.names)
    }

    /// The error of a column of numbers and words: it names those that are fewer.
    private func mixture(
        _ fields: [String?], _ numbers: [Double?], _ column: Int
    ) -> DatasetError {
        let known = numbers.count { $0 != nil }
        let areWordsFewer = 2 * known >= fields.count { $0 != nil }
        var mistakes = Mistakes()
        for (row, field) in fields.enumerated() {
            guard let field, (numbers[row] == nil) == areWordsFewer else { continue }
            mistakes.add(
                "\(file.place(row, column)): '\(field)' is "
                    + (areWordsFewer ? "no number" : "a number among words"))
        }
        do throws(DatasetError) {
            try mistakes.check(
                file.path,
                remedy: "correct it, name it under missing, or the column under categories or"
                    + " leave-out")
            preconditionFailure("a mixture has two kinds of values")
        } catch {
            return error
        }
    }
}
