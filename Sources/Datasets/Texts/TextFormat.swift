import Options

/// How texts and their classes are written: where each stands in a row, or in folders.
struct TextFormat: Sendable {
    /// What the rows of a file are.
    enum Rows: String, CaseIterable, Sendable {
        /// JSON lines where the file's name ends in `.jsonl`, `.ndjson` or `.json`, else delimited.
        case auto
        case delimited
        case jsonLines = "json-lines"
    }

    private let rows: Rows
    private let text: String
    private let label: String
    let leftOut: Set<String>
    private let table: TableFile.Format

    /// Reads `format`, `text`, `label`, `leave-out`, `delimiter` and `header`.
    init(options: inout OptionReader) throws(SettingError) {
        rows = options.choice("format", default: .auto)
        text = options.value(
            "text", default: "text", help: "the column or key of the texts, in a file")
        label = options.value(
            "label", default: "label", help: "the column or key of the classes, in a file")
        leftOut = Set(
            options.list("leave-out", default: [], help: "classes whose texts are not used"))
        table = try TableFile.Format(options: &options)
    }

    /// Rows of the columns `text` and `label`, where a source names no others.
    init() {
        (rows, text, label, leftOut) = (.auto, "text", "label", [])
        table = TableFile.Format()
    }

    /// The texts of a file or a folder.
    ///
    /// - Parameter isRemarked: whether a class of `leave-out` that is not there is remarked on.
    /// - Throws: ``DatasetError`` where it is missing (66), is damaged (65), or lacks a column
    ///   (78).
    func texts(
        of path: String, remarkingOnLeftOut isRemarked: Bool = false
    ) throws(DatasetError) -> LabelledTexts {
        guard !DataFile.isFolder(path) else {
            let folder = try TextFolder(path)
            var texts = try folder.texts(leaving: leftOut)
            if isRemarked { texts.remarks += remarks(path, Set(folder.classes)) }
            return texts
        }
        var texts = try rowTexts(of: path, needsLabels: true)
        if isRemarked { texts.remarks += remarks(path, Set(texts.entries.map(\.label))) }
        texts.entries.removeAll { leftOut.contains($0.label) }
        return texts
    }

    /// What of `leave-out` leaves nothing out.
    private func remarks(_ path: String, _ classes: Set<String>) -> [String] {
        leftOut.subtracting(classes).sorted().map { name in
            "\(path): leave-out names '\(name)', which is no class there:"
                + " \(nearest(to: name, among: classes.sorted()))"
        }
    }

    /// The texts of the rows of a file.
    ///
    /// - Parameter needsLabels: whether a file without the label's column, or a row without its
    ///   key, is an error; else the label is empty there.
    func rowTexts(of path: String, needsLabels: Bool) throws(DatasetError) -> LabelledTexts {
        guard isJSON(path) else { return try fields(path, needsLabels: needsLabels) }
        guard text != label else {
            throw DatasetError(
                .impossible, "\(path): text and label name the same key '\(text)'")
        }
        return try JSONLines.texts(
            of: try DataFile.read(path), path: path, text: text, label: label,
            needsLabels: needsLabels)
    }

    /// Whether a new file holds rows: any where a format is set, else by the ending of its name.
    func holdsRows(_ path: String) -> Bool {
        rows != .auto || isJSON(path) || Self.ends(path, in: [".csv", ".tsv", ".tab"])
    }

    private func isJSON(_ path: String) -> Bool {
        guard rows == .auto else { return rows == .jsonLines }
        return Self.ends(path, in: [".jsonl", ".ndjson", ".json"])
    }

    private static func ends(_ path: String, in endings: [String]) -> Bool {
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        return endings.contains { name.hasSuffix($0) }
    }

    private func fields(_ path: String, needsLabels: Bool) throws(DatasetError) -> LabelledTexts {
        let file = try TableFile(path, table)
        let text = try file.index(of: text, key: "text")
        guard needsLabels || file.columns.contains(label) else {
            var texts = LabelledTexts(path)
            texts.entries = file.rows.map { row in
                .init(place: "line \(row.line)", text: row.fields[text], label: "")
            }
            return texts
        }
        let label = try file.index(of: label, key: "label")
        guard text != label else {
            throw DatasetError(
                .impossible,
                "\(path): text and label name the same column '\(file.columns[text])'")
        }
        var texts = LabelledTexts(path)
        texts.entries = file.rows.map { row in
            .init(
                place: "line \(row.line)", text: row.fields[text],
                label: row.fields[label].trimmed)
        }
        return texts
    }
}
