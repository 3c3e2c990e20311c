import Options

/// The image files of a named view, beside the labels that all views share.
///
///     views: {infrared: {images: infrared.idx, test-images: infrared-test.idx}}
struct IDXView: Sendable {
    static let keys = NormalizationOverride.keys(beside: [
        "images": .placement, "test-images": .placement,
    ])

    let name: String
    private let images: String
    private let testImages: String?
    private let normalization: NormalizationOverride

    /// The files that the view's images are read from.
    var paths: [String] { [images] + (testImages.map { [$0] } ?? []) }

    /// Reads what stands under `views`: a map from names to `images`, `test-images`, `mean` and
    /// `deviation`.
    ///
    /// - Parameter hasTest: whether there are test labels, to which a view needs test images.
    static func all(_ setting: Setting?, hasTest: Bool) throws(SettingError) -> [IDXView] {
        // What is no map, and a name twice, is refused.
        var problems = OptionReader(setting, subject: "views").problems
        guard case .map(let entries) = setting?.value else {
            try problems.finish()
            return []
        }
        let views = entries.filter { $0.value.value != .null }.compactMap { entry in
            problems.attempt { () throws(SettingError) in
                try IDXView(entry, hasTest: hasTest)
            }
        }
        try problems.finish()
        return views
    }

    private init(_ entry: Setting.Entry, hasTest: Bool) throws(SettingError) {
        name = entry.key
        var reader = OptionReader(entry.value, subject: "view '\(name)'", keys: Self.keys)
        let images = reader.optionalPath("images", help: "training images, a file")
        testImages = reader.optionalPath("test-images", help: "a file")
        normalization = NormalizationOverride(options: &reader)
        if name.isEmpty {
            reader.note(SettingError("views: a view has no name; give it one", at: entry.position))
        }
        if images == nil {
            reader.note(reader.failure("images", "names no file: add one"))
        }
        try reader.finish()
        self.images = images ?? ""
        guard hasTest == (testImages != nil) else {
            throw reader.failure(
                "test-images",
                hasTest
                    ? "is missing: the data have test-labels, and every view needs images to them"
                    : "needs test-labels, which all views share; add them beside labels")
        }
    }

    /// Reads the images of the samples that `other` shows.
    ///
    /// - Parameter labels: the files that the labels of `other` were read from, for messages.
    /// - Throws: ``DatasetError`` for missing (66), corrupt (65) or unfit (78) images.
    func load(
        labelledAs other: SampleView, from labels: (train: String, test: String?)
    ) throws(DatasetError) -> SampleView {
        let train = try SampleSet(images: images, labelledAs: other.train, from: labels.train)
        var test: SampleSet?
        if let testImages, let testLabels = labels.test, let labelled = other.test {
            test = try SampleSet(images: testImages, labelledAs: labelled, from: testLabels)
        }
        return try SampleView(
            train: train, from: images, test: test, from: testImages, normalization)
    }
}

extension SampleView {
    /// A view of sets that were read from files, normalized as measured unless numbers are given.
    ///
    /// - Throws: ``DatasetError`` (78) where training and test images differ in shape, or the given
    ///   numbers do not fit the channels.
    init(
        train: SampleSet, from trainPath: String, test: SampleSet?, from testPath: String?,
        _ normalization: NormalizationOverride
    ) throws(DatasetError) {
        if let test, test.shape != train.shape {
            throw DatasetError(
                .impossible,
                "\(testPath ?? "") holds \(test.summary), \(trainPath) holds \(train.summary);"
                    + " both must be alike")
        }
        let resolved = try normalization.resolve(
            channels: train.shape[0], divisor: Normalization.divisor(of: train)
        ) { Normalization(measuring: train) }
        self.init(
            train: train, test: test, normalization: resolved,
            reader: ArrayReader(name: "idx", train: train))
    }
}
