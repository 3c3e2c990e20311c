import Options

/// Samples and labels in one file of NumPy's format NPZ, as `numpy.savez` and
/// `numpy.savez_compressed` write it.
public struct NPZ: DatasetSource, Configurable {
    public static let name = "npz"
    public static let summary = "samples and labels in NumPy's .npz files"

    public static let keys = ArrayOptions.keys(beside: [
        "file": .placement, "test": .placement, "images": .placement, "labels": .placement,
        "test-images": .placement, "test-labels": .placement,
    ])

    private let file: String
    private let test: String?
    private let names: [NPZArchive.Part: String]
    private let arrays: ArrayOptions

    /// Reads `file`, `test`, the names of the arrays and how they become samples.
    public init(options: inout OptionReader) throws(SettingError) {
        let file = options.optionalPath("file", help: "an .npz file")
        test = options.optionalPath("test", help: "an .npz file of test samples")
        var names: [NPZArchive.Part: String] = [:]
        for part in NPZArchive.Part.allCases {
            names[part] = options.optional(
                part.rawValue, String.self, fallback: "a usual name", help: "an array of the file")
        }
        self.names = names
        arrays = try ArrayOptions(options: &options, test: test.map { _ in "test" })
        guard let file else { throw options.failure("file", "names no file: add one") }
        self.file = file
    }

    public var paths: [String] { [file] + (test.map { [$0] } ?? []) }

    public func load() throws(DatasetError) -> Corpus {
        let archive = try NPZArchive(file)
        let train = try pair(archive, .images, .labels)
        var held: ArrayPair?
        if let test {
            let archive = try NPZArchive(test)
            let hasOwnNames = archive.has(
                names[.testImages], usual: NPZArchive.Part.testImages.usual)
            held =
                try hasOwnNames
                ? pair(archive, .testImages, .testLabels) : pair(archive, .images, .labels)
        } else if archive.has(names[.testImages], usual: NPZArchive.Part.testImages.usual) {
            held = try pair(archive, .testImages, .testLabels)
        }
        return try arrays.corpus(Self.name, train: train, test: held, members: names)
    }

    private func pair(
        _ archive: NPZArchive, _ images: NPZArchive.Part, _ labels: NPZArchive.Part
    ) throws(DatasetError) -> ArrayPair {
        ArrayPair(
            images: try archive.array(names[images], for: images),
            labels: try archive.array(names[labels], for: labels))
    }
}
