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

    private let file: String
    private let test: String?
    private let share: TestShare
    private let selection: TableSelection
    private let isNormalized: Bool

    /// Reads `file`, `test`, `test-share`, `test-seed`, `normalize` and how columns are chosen and
    /// read.
    public init(options: inout OptionReader) throws(SettingError) {
        let file = options.optionalPath("file", help: "CSV or TSV, plain or .gz")
        test = options.optionalPath("test", help: "a file of test rows")
        share = try TestShare(options: &options)
        selection = try TableSelection(options: &options)
        isNormalized = options.flag(
            "normalize", default: true, help: "numbers, by the training rows")
        guard let file else { throw options.failure("file", "names no file: add one") }
        self.file = file
    }

    public var paths: [String] { [file] + (test.map { [$0] } ?? []) }

    public func load() throws(DatasetError) -> Corpus {
        let part = try TablePart(try TableFile(file, selection.format), selection)
        let labels = try TableLabels(
            part.file, column: part.label, missing: selection.missing)
        let numbers = try labels.numbers(part.file, column: part.label)
        let values = try part.values()
        let split =
            test == nil
            ? share.split(labels: numbers, classCount: labels.classes.count)
            : (train: Array(numbers.indices), test: [])
        let encoding = TableEncoding(
            names: part.features.map { part.file.columns[$0] }, values: values,
            rows: split.train, isNormalized: isNormalized)
        func samples(_ rows: [Int]) -> SampleSet {
            SampleSet(
                shape: [1, 1, encoding.width],
                pixels: .floats(encoding.features(values, rows: rows)),
                labels: rows.map { numbers[$0] }, classCount: labels.classes.count)
        }
        var testSet = split.test.isEmpty ? nil : samples(split.test)
        if let test { testSet = try loadTest(test, like: part, labels, encoding) }
        let view = SampleView(
            train: samples(split.train), test: testSet, normalization: .identity,
            contents: .features)
        return Corpus(
            name: Self.name, view, classNames: labels.classes.names,
            remarks: part.remarks(values),
            origins: split.train.map { "\(part.file.path), line \(part.file.rows[$0].line)" })
    }

    /// The samples of the test file, encoded as those to train on.
    private func loadTest(
        _ path: String, like part: TablePart, _ labels: TableLabels, _ encoding: TableEncoding
    ) throws(DatasetError) -> SampleSet {
        let test = try TablePart(
            try TableFile(path, selection.format), selection, like: part)
        let numbers = try labels.numbers(test.file, column: test.label)
        let values = try test.values(of: encoding)
        return SampleSet(
            shape: [1, 1, encoding.width],
            pixels: .floats(encoding.features(values, rows: Array(numbers.indices))),
            labels: numbers, classCount: labels.classes.count)
    }
}
