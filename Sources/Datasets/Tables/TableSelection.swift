import Options

/// Which columns of a table are features, and how their values are written.
struct TableSelection: Sendable {
    /// What to do where a feature is missing.
    enum Fill: String, CaseIterable, Sendable {
        /// Such a row is an error.
        case refuse
        /// A number is the mean of the training rows, a category none of those known.
        case mean
    }

    /// How the file is written.
    let format: TableFile.Format
    /// The column of the class, by name or number.
    let label: String?
    /// The columns that are features; empty for all but the label.
    let only: [String]
    /// The columns that are not used.
    let leftOut: [String]
    /// The columns that are categories though their values are numbers, or of many values.
    let categories: [String]
    /// What stands in place of a value that is missing; always the empty field too.
    let missing: Set<String>
    /// What to do where a feature is missing.
    let fill: Fill

    /// Reads `label`, `columns`, `leave-out`, `categories`, `missing`, `fill`, `delimiter` and
    /// `header`.
    init(options: inout OptionReader) throws(SettingError) {
        label = options.optional("label", String.self, help: "the column of the class")
        only = options.list("columns", default: [], help: "the features; all by default")
        leftOut = options.list("leave-out", default: [], help: "columns that are not used")
        categories = options.list(
            "categories", default: [], help: "columns of codes or of many words")
        missing = Set(
            options.list(
                "missing", default: ["NA", "NaN", "nan", "?"],
                help: "what stands for a missing value, beside the empty field") + [""])
        fill = options.choice("fill", default: .refuse, help: "what stands for missing values")
        format = try TableFile.Format(options: &options)
    }

    /// The columns of a file that are features, in the file's order, and the one of the label.
    ///
    /// - Parameter key: a column that is no feature.
    /// - Throws: ``DatasetError`` (78) where a name is no column, or no feature is left.
    func columns(
        of file: TableFile, leavingOut key: String? = nil
    ) throws(DatasetError) -> (label: Int, features: [Int]) {
        guard let label else {
            throw DatasetError(
                .impossible,
                "\(file.path): label is not set; set it to the column of the class, one of"
                    + " \(file.columns.joined(separator: ", "))")
        }
        let labelIndex = try file.index(of: label, key: "label")
        let left = try indices(leftOut, file, "leave-out")
        var features =
            only.isEmpty ? Set(file.columns.indices) : try indices(only, file, "columns")
        features.subtract(left)
        features.remove(labelIndex)
        if let key { features.remove(try file.index(of: key, key: "key")) }
        guard !features.isEmpty else {
            throw DatasetError(
                .impossible, "\(file.path): no column is left as a feature; see columns, leave-out")
        }
        return (labelIndex, features.sorted())
    }

    /// The columns of a file that the configuration calls categories.
    func categories(of file: TableFile) throws(DatasetError) -> Set<Int> {
        try indices(categories, file, "categories")
    }

    private func indices(
        _ names: [String], _ file: TableFile, _ key: String
    ) throws(DatasetError) -> Set<Int> {
        var indices: Set<Int> = []
        for name in names { indices.insert(try file.index(of: name, key: key)) }
        return indices
    }
}
