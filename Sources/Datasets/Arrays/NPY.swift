import Options

/// Samples and labels in files of NumPy's format NPY, plain or gzipped.
public struct NPY: DatasetSource, Configurable {
    public static let name = "npy"
    public static let summary = "samples and labels in NumPy's .npy files"

    public static let keys = ArrayOptions.keys(beside: [
        "images": .placement, "labels": .placement, "test-images": .placement,
        "test-labels": .placement,
    ])

    private let images: String
    private let labels: String
    private let test: (images: String, labels: String)?
    private let arrays: ArrayOptions

    /// Reads `images`, `labels`, `test-images`, `test-labels` and how arrays become samples.
    public init(options: inout OptionReader) throws(SettingError) {
        let images = options.optionalPath("images", help: "training samples, a file")
        let labels = options.optionalPath("labels", help: "training labels, a file")
        let testImages = options.optionalPath("test-images", help: "a file")
        let testLabels = options.optionalPath("test-labels", help: "a file")
        arrays = try ArrayOptions(options: &options, test: testImages.map { _ in "test-images" })
        guard let images, let labels else {
            throw options.failure(images == nil ? "images" : "labels", "names no file: add one")
        }
        self.images = images
        self.labels = labels
        switch (testImages, testLabels) {
        case (let images?, let labels?): test = (images, labels)
        case (nil, nil): test = nil
        case (nil, _): throw options.failure("test-images", "is missing beside test-labels")
        case (_, nil): throw options.failure("test-labels", "is missing beside test-images")
        }
    }

    public var paths: [String] {
        [images, labels] + (test.map { [$0.images, $0.labels] } ?? [])
    }

    public func load() throws(DatasetError) -> Corpus {
        let train = try Self.pair(images, labels)
        let held = try test.map { (test) throws(DatasetError) in
            try Self.pair(test.images, test.labels)
        }
        return try arrays.corpus(Self.name, train: train, test: held)
    }

    private static func pair(
        _ images: String, _ labels: String
    ) throws(DatasetError) -> ArrayPair {
        ArrayPair(
            images: try NPYArray(try DataFile.read(images), path: images),
            labels: try NPYArray(try DataFile.read(labels), path: labels))
    }
}
