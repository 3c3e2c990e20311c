import Options

/// Texts with a class each: a folder with a sub-folder for each class, or the rows of a CSV, TSV or
/// JSON-lines file. A sample is 1×1×T, the tokens of a text, cut or padded to T.
public struct Texts: DatasetSource, Configurable {
    public static let name = "text"
    public static let summary = "texts in folders by class, or in rows of CSV, TSV or JSON lines"

    public static let keys = TextEncoding.keys(beside: [
        "folder": .placement, "file": .placement, "test": .placement, "format": .placement,
        "text": .placement, "label": .placement, "leave-out": .numbers, "delimiter": .placement,
        "header": .placement,
    ])

    private let path: String
    private let test: String?
    private let format: TextFormat
    private let encoding: TextEncoding

    /// Reads `folder` or `file`, `test`, how files are written, and how texts become samples.
    public init(options: inout OptionReader) throws(SettingError) {
        let folder = options.optionalPath(
            "folder", help: "with a sub-folder for each class, or with train and test")
        let file = options.optionalPath("file", help: "CSV, TSV or JSON lines, plain or .gz")
        test = options.optionalPath("test", help: "a folder or file of test texts")
        format = try TextFormat(options: &options)
        encoding = try TextEncoding(options: &options, test: test.map { _ in "test" })
        if folder != nil, file != nil {
            options.note(
                options.failure("file", "and folder name two sources; leave one of them out"))
        }
        guard let path = folder ?? file else {
            throw options.failure(
                "file", "names no file: add one, or a folder with a sub-folder for each class",
                with: "folder")
        }
        self.path = path
    }

    public var ownKeys: SettingKeys { encoding.keys(of: Self.keys) }

    public static var mayHoldImages: Bool { false }

    public var paths: [String] { [path] + (test.map { [$0] } ?? []) + encoding.paths }

    public func load() throws(DatasetError) -> Corpus {
        var (train, test) = (path, test)
        if DataFile.isFolder(path), let parts = try TextFolder(path).parts {
            guard test == nil else {
                throw DatasetError(
                    .impossible,
                    "\(path): has a sub-folder test, and data.options.test names another one; leave"
                        + " test out, or name \(parts.train) as folder")
            }
            try encoding.checkNoShare(beside: parts.test)
            (train, test) = parts
        }
        let trainTexts = try format.texts(of: train, remarkingOnLeftOut: true)
        var testTexts: LabelledTexts?
        if let test { testTexts = try format.texts(of: test) }
        return try encoding.corpus(
            Self.name, train: trainTexts, test: testTexts, format: format)
    }
}
