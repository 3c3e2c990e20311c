/// A folder of texts: a sub-folder for each class, with a file for each text.
struct TextFolder {
    /// The sub-folders of classes, by their names.
    let classes: [String]
    private let path: String
    /// Files that lie beside the classes and are not read.
    private let others: [String]

    /// Lists a folder; names that begin with a point are passed over.
    ///
    /// - Throws: ``DatasetError`` where it cannot be listed (66).
    init(_ path: String) throws(DatasetError) {
        self.path = path
        let names = try DataFile.names(in: path)
        classes = names.filter { DataFile.isFolder("\(path)/\($0)") }
        others = names.filter { !DataFile.isFolder("\(path)/\($0)") }
    }

    /// The folders of a training and a test part, where it has these two and nothing else.
    var parts: (train: String, test: String)? {
        classes == ["test", "train"] ? ("\(path)/train", "\(path)/test") : nil
    }

    /// Reads all texts, class after class and file after file in the order of their names.
    ///
    /// - Parameter leftOut: the classes that are not read.
    /// - Throws: ``DatasetError`` that names the files which are no text (65) or folders.
    func texts(leaving leftOut: Set<String>) throws(DatasetError) -> LabelledTexts {
        guard !classes.isEmpty else {
            throw DatasetError(
                .corrupt,
                "\(path): has no sub-folders; make one for each class, with a file for each text")
        }
        var texts = LabelledTexts(path)
        var mistakes = Mistakes()
        for label in classes where !leftOut.contains(label) {
            for name in try DataFile.names(in: "\(path)/\(label)") {
                let file = "\(path)/\(label)/\(name)"
                guard !DataFile.isFolder(file) else {
                    mistakes.add(
                        "\(label)/\(name) is a folder; move its files into the folder of a class")
                    continue
                }
                do throws(DatasetError) {
                    texts.entries.append(
                        .init(place: file, text: try TextLines.whole(file), label: label))
                } catch {
                    guard error.kind == .corrupt else { throw error }
                    mistakes.add(error.description)
                }
            }
        }
        try mistakes.check(path)
        if let first = others.first {
            texts.remarks.append(
                "\(path): \(others.count) files beside the classes' folders are not read, the first"
                    + " \(first)")
        }
        return texts
    }
}
