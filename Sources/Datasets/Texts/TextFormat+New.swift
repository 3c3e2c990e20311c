import Foundation

extension TextFormat {
    /// Texts that need no label: of a file of rows, of plain files that hold one each, or of a
    /// folder of such files; `-` stands for a text on each line of standard input.
    ///
    /// A file holds rows where `format` says so, or where its name ends as tables and JSON lines
    /// do.
    ///
    /// - Returns: the texts, with an empty label where there is none.
    /// - Throws: ``DatasetError`` where a file is missing (66), damaged or of other classes (65),
    ///   or lacks the column of the texts (78).
    func newTexts(
        of path: String, classes: ClassNames
    ) throws(DatasetError) -> [LabelledTexts.Entry] {
        if path == "-" { return try standardInput() }
        var entries: [LabelledTexts.Entry] = []
        let files = try InputFile.all(
            [path], classes: classes, kind: "text", isWanted: { _ in true })
        for file in files {
            if holdsRows(file.path) {
                entries += try newRows(of: file.path, classes)
            } else {
                entries.append(
                    .init(
                        place: file.path, text: try TextLines.whole(file.path),
                        label: file.label.map { classes.names[$0] } ?? ""))
            }
        }
        return entries
    }

    private func standardInput() throws(DatasetError) -> [LabelledTexts.Entry] {
        let name = "standard input"
        guard let data = try? FileHandle.standardInput.readToEnd() ?? Data() else {
            throw DatasetError(.missing, "\(name): cannot be read")
        }
        return try TextLines.lines(of: [UInt8](data), path: name).map { line in
            .init(place: "line \(line.number)", text: line.text, label: "")
        }
    }

    private func newRows(
        of path: String, _ classes: ClassNames
    ) throws(DatasetError) -> [LabelledTexts.Entry] {
        let texts = try rowTexts(of: path, needsLabels: false)
        var mistakes = Mistakes()
        let entries = texts.entries.map { entry in
            let isLeftOut = leftOut.contains(entry.label)
            if classes[entry.label] == nil, !entry.label.isEmpty, !isLeftOut {
                mistakes.add("\(entry.place): '\(entry.label)' is no class of the training texts")
            }
            return LabelledTexts.Entry(
                place: "\(path), \(entry.place)", text: entry.text,
                label: isLeftOut ? "" : entry.label)
        }
        try mistakes.check(path, remedy: "correct the labels, or leave them empty")
        return entries
    }
}
