import FoundationEssentials

/// The files that paths, folders and patterns lead to, each once, however many names it has.
struct DocumentFiles {
    /// A file.
    struct File {
        let path: String
        /// Whether it was named itself, so that it must hold text.
        let isNamed: Bool
    }

    /// In the order in which they were named, those of a folder by their names.
    private(set) var all: [File] = []
    /// The files and folders that were found, without links.
    private var known: Set<String> = []

    /// - Throws: ``DatasetError`` where a path leads nowhere (66), or a folder holds no file (78).
    init(of paths: [String]) throws(DatasetError) {
        for path in paths {
            let isPattern = PathPattern.isPattern(path)
            guard isPattern || DataFile.isFolder(path) else {
                if isNew(path) { all.append(File(path: path, isNamed: true)) }
                continue
            }
            for place in try isPattern ? PathPattern.matches(of: path) : [path] {
                try add(place.count > 1 && place.hasSuffix("/") ? String(place.dropLast()) : place)
            }
            guard !all.isEmpty else {
                throw DatasetError(.impossible, "\(path): holds no file")
            }
        }
    }

    /// Adds a file, or the files of a folder and of its sub-folders. What is neither, such as a
    /// pipe or a link that leads nowhere, is passed over.
    private mutating func add(_ path: String) throws(DatasetError) {
        guard DataFile.isFolder(path) else {
            if (try? DataFile.size(of: path)) != nil, isNew(path) {
                all.append(File(path: path, isNamed: false))
            }
            return
        }
        guard isNew(path) else { return }
        for name in try DataFile.names(in: path) { try add("\(path)/\(name)") }
    }

    private mutating func isNew(_ path: String) -> Bool {
        known.insert(URL(filePath: path).resolvingSymlinksInPath().path).inserted
    }
}

/// Reads the texts of files.
struct DocumentReader {
    let format: DocumentFormat

    /// Memory that a byte of text and its tokens take while they are read: the text, a copy of its
    /// bytes, and a number for each, twice while they are put together.
    private static let bytesPerByte = 16

    /// The texts that paths lead to.
    ///
    /// Files that were found in a folder and hold no text are left out with a remark.
    ///
    /// - Throws: ``DatasetError`` where a path leads nowhere (66), a file that was named holds no
    ///   text (65), or memory cannot hold them all (78).
    func read(_ paths: [String]) throws(DatasetError) -> Documents {
        let files = try DocumentFiles(of: paths).all
        let title = paths.count == 1 ? paths[0] : "\(paths[0]) and \(paths.count - 1) more"
        try checkMemory(for: files, title)
        var documents = Documents(title)
        var (mistakes, leftOut, empty): ([DatasetError], [String], [String]) = ([], [], [])
        for file in files {
            do throws(DatasetError) {
                let found = try format.documents(of: file.path)
                documents.all += found
                if found.isEmpty { empty.append(file.path) }
            } catch {
                guard error.kind == .corrupt, !file.isNamed else {
                    mistakes.append(error)
                    continue
                }
                leftOut.append(error.description)
            }
        }
        try DatasetError.check(mistakes)
        guard !documents.all.isEmpty else {
            throw DatasetError(
                .corrupt, "\(title): holds no text" + (leftOut.first.map { ": \($0)" } ?? ""))
        }
        documents.remarks =
            Self.remark(leftOut, "hold no text and are left out")
            + Self.remark(empty, "are empty")
        return documents
    }

    private static func remark(_ files: [String], _ what: String) -> [String] {
        files.first.map { ["\(files.count) files \(what), the first \($0)"] } ?? []
    }

    private func checkMemory(for files: [DocumentFiles.File], _ title: String) throws(DatasetError)
    {
        var size = 0
        for file in files { size += try DataFile.size(of: file.path) }
        try FreeMemory.check(
            size * Self.bytesPerByte, of: "\(title): \(files.count) files and their tokens",
            free: FreeMemory.bytes, remedy: "name fewer files")
    }
}
