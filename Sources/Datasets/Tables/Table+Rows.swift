extension Table {
    /// The rows of a table's files, read but not encoded.
    struct Rows: Sendable {
        /// The training file.
        let part: TablePart
        /// The test file, where one is named.
        let test: TablePart?
        let classes: ClassNames
        /// The class of each row: those of the training file first.
        let labels: [Int]
        /// The values of the training file.
        let values: [ColumnValues]
        /// The rows to train on.
        let train: [Int]
        /// The rows to test on.
        let testRows: [Int]
    }

    /// Reads the files.
    ///
    /// - Parameter key: a column that is no feature.
    func rows(leavingOut key: String? = nil) throws(DatasetError) -> Rows {
        let part = try TablePart(
            try TableFile(file, selection.format), selection, leavingOut: key)
        let named = try TableLabels(part.file, column: part.label, missing: selection.missing)
        var labels = try named.numbers(part.file, column: part.label)
        let count = labels.count
        let values = try part.values()
        guard let path = test else {
            let split = share.split(labels: labels, classCount: named.classes.count)
            return Rows(
                part: part, test: nil, classes: named.classes, labels: labels, values: values,
                train: split.train, testRows: split.test)
        }
        let test = try TablePart(try TableFile(path, selection.format), selection, like: part)
        labels += try named.numbers(test.file, column: test.label)
        return Rows(
            part: part, test: test, classes: named.classes, labels: labels, values: values,
            train: Array(0..<count), testRows: Array(count..<labels.count))
    }

    /// The samples of these rows, encoded and normalized by those to train on.
    func corpus(of rows: Rows, train: [Int], test: [Int]) throws(DatasetError) -> Corpus {
        let encoding = TableEncoding(
            names: rows.part.features.map { rows.part.file.columns[$0] }, values: rows.values,
            rows: train, isNormalized: isNormalized)
        func samples(_ chosen: [Int], _ values: [ColumnValues], from first: Int) -> SampleSet {
            SampleSet(
                shape: [1, 1, encoding.width],
                pixels: .floats(encoding.features(values, rows: chosen.map { $0 - first })),
                labels: chosen.map { rows.labels[$0] }, classCount: rows.classes.count)
        }
        // All values of a test file are read, whichever rows are chosen.
        let values = try rows.test?.values(of: encoding)
        let first = rows.test == nil ? 0 : rows.part.file.rows.count
        let tested = test.isEmpty ? nil : samples(test, values ?? rows.values, from: first)
        let view = SampleView(
            train: samples(train, rows.values, from: 0), test: tested, normalization: .identity,
            contents: .features, reader: TableReader(like: rows.part, selection, encoding))
        return Corpus(
            name: Self.name, view, classNames: rows.classes.names,
            remarks: rows.part.remarks(rows.values),
            origins: train.map {
                "\(rows.part.file.path), line \(rows.part.file.rows[$0].line)"
            })
    }
}
