extension Table: KeyedSource {
    func keyed(by key: SampleKey) throws(DatasetError) -> KeyedSamples {
        guard let column = key.column else {
            throw DatasetError(
                .impossible,
                "paired: rows of \(paths[0]) have no file; set key to the column that names it")
        }
        let rows = try rows(leavingOut: column)
        var keys: [String] = []
        var places: [String] = []
        for part in [rows.part, rows.test].compactMap(\.self) {
            let index = try part.file.index(of: column, key: "key")
            keys += part.file.rows.map { key.value(of: $0.fields[index].trimmed) }
            places += part.file.rows.map { "\(part.file.path), line \($0.line)" }
        }
        return KeyedSamples(
            keys: keys, places: places, classes: rows.labels.map { rows.classes.names[$0] },
            train: rows.train, test: rows.testRows
        ) { (train, test) throws(DatasetError) in
            try rows.check(train, test)
            return try corpus(of: rows, train: train, test: test)
        }
    }
}

extension Table.Rows {
    /// Rows of the training file are to train on, and where there is a test file its rows alone are
    /// to test on: values are read by what the training file holds.
    fileprivate func check(_ train: [Int], _ test: [Int]) throws(DatasetError) {
        guard let file = self.test?.file else { return }
        let count = part.file.rows.count
        let stray = train.first { $0 >= count } ?? test.first { $0 < count }
        guard let stray else { return }
        let (path, line) =
            stray < count
            ? (part.file.path, part.file.rows[stray].line)
            : (file.path, file.rows[stray - count].line)
        throw DatasetError(
            .impossible,
            "\(path): line \(line) is paired with a sample \(stray < count ? "to test on" : "to train on"),"
                + " and stands in the file of the others; put all rows into one file, and leave"
                + " test out")
    }
}
