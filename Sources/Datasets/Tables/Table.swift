import Options

/// A table of numbers and categories in delimited text (RFC 4180): one row is one sample 1×1×D.
///
/// Columns of numbers become one feature each, normalized by the mean and the population standard
/// deviation of the training rows. Columns of words, and those named as categories, become one
/// feature for each value (one-hot).
public struct Table: DatasetSource, Configurable {
    public static let name = "table"
    public static let summary = "rows of a CSV or TSV file: numbers and categories, with a label"

    public static let keys: SettingKeys = [
        "file": .placement, "test": .placement, "test-share": .numbers, "test-seed": .numbers,
        "label": .numbers, "columns": .numbers, "leave-out": .numbers, "categories": .numbers,
        "missing": .numbers, "fill": .numbers, "delimiter": .numbers, "header": .numbers,
        "normalize": .numbers,
    ]

    let file: String
    let test: String?
    let share: TestShare
    let selection: TableSelection
    let isNormalized: Bool

    /// Reads `file`, `test`, `test-share`, `test-seed`, `normalize` and how columns are chosen and
    /// read.
    public init(options: inout OptionReader) throws(SettingError) {
        let file = options.optionalPath("file", help: "CSV or TSV, plain or .gz")
        test = options.optionalPath("test", help: "a file of test rows")
        share = try TestShare(options: &options, beside: test.map { _ in "test" })
        selection = try TableSelection(options: &options)
        isNormalized = options.flag(
            "normalize", default: true,
            help: "whether numbers are normalized by those of the training rows")
        guard let file else { throw options.failure("file", "names no file: add one") }
        self.file = file
    }

    public static var mayHoldImages: Bool { false }

    public var paths: [String] { [file] + (test.map { [$0] } ?? []) }

    public func load() throws(DatasetError) -> Corpus {
        let rows = try rows()
        return try corpus(of: rows, train: rows.train, test: rows.testRows)
    }
}
