/// A file that new samples are read from.
struct InputFile: Equatable, Sendable {
    let path: String
    /// The class that its folder is named for; nil for a file that was named itself.
    let label: Int?

    /// Deeper folders are a circle of links.
    private static let deepest = 16

    /// The files that paths lead to: a file itself, or those in a folder and in its sub-folders, in
    /// the order of their names. A file in the sub-folder of a class is labelled by it.
    ///
    /// - Parameters:
    ///   - kind: what is looked for in folders, for messages.
    ///   - isWanted: whether a file in a folder is of that kind, by its name.
    /// - Throws: ``DatasetError`` where a path leads nowhere (66), or a folder holds no such file
    ///   (78).
    static func all(
        _ paths: [String], classes: ClassNames, kind: String, isWanted: (String) -> Bool
    ) throws(DatasetError) -> [InputFile] {
        var files: [InputFile] = []
        for path in paths {
            guard path != "-" else {
                throw DatasetError(
                    .impossible,
                    "standard input: holds lines of text, and the data set holds none; name files")
            }
            guard DataFile.exists(path) else {
                throw DatasetError(.missing, "\(path): there is no such file or folder")
            }
            guard DataFile.isFolder(path) else {
                files.append(InputFile(path: path, label: nil))
                continue
            }
            let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            let first = files.count
            for name in try DataFile.names(in: folder) {
                try append("\(folder)/\(name)", classes[name], 1, isWanted, to: &files)
            }
            guard files.count > first else {
                throw DatasetError(.impossible, "\(path): holds no \(kind)")
            }
        }
        return files
    }

    private static func append(
        _ path: String, _ label: Int?, _ depth: Int, _ isWanted: (String) -> Bool,
        to files: inout [InputFile]
    ) throws(DatasetError) {
        guard DataFile.isFolder(path) else {
            guard isWanted(path) else { return }
            files.append(InputFile(path: path, label: depth > 1 ? label : nil))
            return
        }
        guard depth < deepest else {
            throw DatasetError(
                .impossible,
                "\(path): lies more than \(deepest) folders deep; take the link away that leads in"
                    + " a circle")
        }
        for name in try DataFile.names(in: path) {
            try append("\(path)/\(name)", label, depth + 1, isWanted, to: &files)
        }
    }
}
