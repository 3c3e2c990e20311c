import Options

/// A table that names image files and their classes, in place of folders.
struct ImageManifest: Sendable {
    /// A manifest that was read.
    struct Listing {
        let table: TableFile
        /// The file of each row.
        let paths: [String]
        /// What names the sample of each row.
        let names: [String]
        /// The column of the class.
        let label: Int
    }

    private let format: TableFile.Format
    private let file: String
    private let label: String

    /// Reads `file-column`, `label-column`, `delimiter` and `header`.
    ///
    /// - Parameter isUsed: whether a manifest is named; else these options are refused.
    init(options: inout OptionReader, isUsed: Bool) throws(SettingError) {
        self = try options.reading(
            refusedBecause: isUsed ? nil : "without a manifest; leave it out"
        ) { (options) throws(SettingError) in try ImageManifest(reading: &options) }
    }

    private init(reading options: inout OptionReader) throws(SettingError) {
        file = options.value(
            "file-column", default: "file", help: "the manifest's column of paths")
        label = options.value(
            "label-column", default: "label", help: "the manifest's column of classes")
        format = try TableFile.Format(options: &options)
    }

    /// A manifest's files and the texts of their labels.
    ///
    /// - Parameters:
    ///   - folder: what paths are relative to; nil for the manifest's own folder.
    ///   - key: the column that names samples; nil for the one of the files.
    func read(
        _ path: String, folder: String?, naming key: String? = nil
    ) throws(DatasetError) -> Listing {
        let table = try TableFile(path, format)
        let column = try table.index(of: file, key: "file-column")
        let own = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let paths = table.rows.map { row in
            let name = row.fields[column].trimmed
            return name.hasPrefix("/") ? name : "\(folder ?? own)/\(name)"
        }
        let naming = try key.map { key throws(DatasetError) in
            try table.index(of: key, key: "key")
        }
        return Listing(
            table: table, paths: paths,
            names: table.rows.map { $0.fields[naming ?? column].trimmed },
            label: try table.index(of: label, key: "label-column"))
    }
}
