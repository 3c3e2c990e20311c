import Options

/// Images and labels in IDX files of the user's own, plain or gzipped.
///
/// Pixels are normalized by the measured mean and deviation of the training images unless both are
/// given. Without test files the corpus has no test samples.
public struct IDXPair: DatasetSource, Configurable {
    public static let name = "idx"
    public static let summary = "images and labels in IDX files, the format of MNIST, plain or .gz"

    private let images: String
    private let labels: String
    private let test: (images: String, labels: String)?
    private let classCount: Int?
    private let normalization: NormalizationOverride

    public init(options: inout OptionReader) throws(SettingError) {
        let images = try options.optional("images", String.self, help: "training images, a file")
        let labels = try options.optional("labels", String.self, help: "training labels, a file")
        let testImages = try options.optional("test-images", String.self, help: "a file")
        let testLabels = try options.optional("test-labels", String.self, help: "a file")
        classCount = try options.optional(
            "classes", Int.self, in: 2...SampleSet.classLimit, fallback: "the labels' greatest + 1")
        normalization = try NormalizationOverride(options: &options)
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

    public var paths: [String] { [images, labels] + (test.map { [$0.images, $0.labels] } ?? []) }

    public func load() throws(DatasetError) -> Corpus {
        let train = try SampleSet(images: images, labels: labels, classCount: classCount)
        let divisor = Normalization.divisor(of: train)
        return Corpus(
            name: "idx", train: train, test: try test(like: train),
            normalization: try normalization.resolve(channels: train.shape[0], divisor: divisor) {
                Normalization(measuring: train)
            })
    }

    private func test(like train: SampleSet) throws(DatasetError) -> SampleSet? {
        guard let test else { return nil }
        let set = try SampleSet(
            images: test.images, labels: test.labels, classCount: train.classCount)
        guard set.shape == train.shape else {
            throw DatasetError(
                .impossible,
                "\(test.images) holds \(set.summary), \(images) holds \(train.summary);"
                    + " both must be alike")
        }
        return set
    }
}
