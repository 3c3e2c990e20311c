import Options

/// Images and labels in IDX files of the user's own, plain or gzipped, in one or more views.
///
/// Pixels are normalized by the measured mean and standard deviation of a view's training images
/// unless both are given. Without test files the corpus has no test samples.
public struct IDXPair: DatasetSource, Configurable {
    public static let name = "idx"
    public static let summary = "images and labels in IDX files, the format of MNIST, plain or .gz"

    public static let keys = NormalizationOverride.keys(beside: [
        "images": .placement, "labels": .placement, "test-images": .placement,
        "test-labels": .placement, "classes": .numbers, "first-label": .numbers,
        "views": .each(IDXView.keys),
    ])

    private let images: String
    private let labels: String
    private let test: (images: String, labels: String)?
    private let classCount: Int?
    private let firstLabel: Int
    private let normalization: NormalizationOverride
    private let namedViews: [IDXView]

    /// Reads `images`, `labels`, `test-images`, `test-labels`, `classes`, `views`, `mean` and
    /// `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        let images = options.optionalPath("images", help: "training images, a file")
        let labels = options.optionalPath("labels", help: "training labels, a file")
        let testImages = options.optionalPath("test-images", help: "a file")
        let testLabels = options.optionalPath("test-labels", help: "a file")
        classCount = options.optional(
            "classes", Int.self, in: 2...SampleSet.classLimit, fallback: "the labels' greatest + 1")
        firstLabel = options.value(
            "first-label", default: 0, in: 0...SampleSet.classLimit, help: "the label of class 0")
        let hasTest = testImages != nil && testLabels != nil
        namedViews =
            options.made(
                "views", fallback: "none", help: "other images of the samples: NAME: {images: …}"
            ) { (views) throws(SettingError) in
                try IDXView.all(views, hasTest: hasTest)
            } ?? []
        normalization = NormalizationOverride(options: &options)
        for (key, file) in [("images", images), ("labels", labels)] where file == nil {
            options.note(options.failure(key, "names no file: add one"))
        }
        self.images = images ?? ""
        self.labels = labels ?? ""
        test = testImages.flatMap { images in testLabels.map { (images, $0) } }
        if (testImages == nil) != (testLabels == nil) {
            let (missing, given) =
                testImages == nil ? ("test-images", "test-labels") : ("test-labels", "test-images")
            options.note(options.failure(missing, "is missing beside \(given)", with: given))
        }
    }

    public var paths: [String] {
        [images, labels] + (test.map { [$0.images, $0.labels] } ?? [])
            + namedViews.flatMap(\.paths)
    }

    public var views: [String] { namedViews.map(\.name) }

    public func load() throws(DatasetError) -> Corpus {
        let defaultView = try loadDefaultView()
        var views: [String: SampleView] = [:]
        for view in namedViews {
            views[view.name] = try view.load(
                labelledAs: defaultView, from: (labels, test?.labels))
        }
        return Corpus(name: "idx", defaultView, views: views)
    }

    private func loadDefaultView() throws(DatasetError) -> SampleView {
        let train = try SampleSet(
            images: images, labels: labels, classCount: classCount, firstLabel: firstLabel)
        var testSet: SampleSet?
        if let test {
            testSet = try SampleSet(
                images: test.images, labels: test.labels, classCount: train.classCount,
                firstLabel: firstLabel)
        }
        return try SampleView(
            train: train, from: images, test: testSet, from: test?.images, normalization)
    }
}
