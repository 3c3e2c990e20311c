/// Reading the classes of a table's rows.
struct TableLabels: Sendable {
    /// The class names, from the rows to train on.
    let classes: ClassNames
    /// What stands in place of a label that is missing.
    private let missing: Set<String>

    /// Labels of classes that are known.
    init(classes: ClassNames, missing: Set<String>) {
        self.classes = classes
        self.missing = missing
    }

    /// The classes that a column of a file names.
    ///
    /// - Throws: ``DatasetError`` (65) where a label is missing, or (78) where there are fewer than
    ///   two classes, or so many that they can be no classes.
    init(_ file: TableFile, column: Int, missing: Set<String>) throws(DatasetError) {
        self.missing = missing
        var mistakes = Mistakes()
        var labels: [String] = []
        for (row, record) in file.rows.enumerated() {
            let label = record.fields[column].trimmed
            if missing.contains(label) {
                mistakes.add("\(file.place(row, column)): the label is missing")
            }
            labels.append(label)
        }
        try mistakes.check(file.path, remedy: "complete the labels, or take the rows out")
        classes = ClassNames(of: labels)
        try classes.check { count in
            "\(file.path): column '\(file.columns[column])' has \(count) different values in"
                + " \(labels.count) rows"
        }
    }

    /// The class of each row of a file.
    ///
    /// - Throws: ``DatasetError`` (65) that names the rows whose label is none of the classes.
    func numbers(_ file: TableFile, column: Int) throws(DatasetError) -> [Int] {
        var mistakes = Mistakes()
        var numbers: [Int] = []
        for (row, record) in file.rows.enumerated() {
            let label = record.fields[column].trimmed
            if let number = classes[label] {
                numbers.append(number)
            } else {
                mistakes.add(
                    "\(file.place(row, column)): "
                        + (missing.contains(label)
                            ? "the label is missing"
                            : "'\(label)' is no class of the training file"))
            }
        }
        try mistakes.check(file.path, remedy: "correct the labels, or take the rows out")
        return numbers
    }
}
