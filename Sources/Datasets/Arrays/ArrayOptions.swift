import Options

/// How arrays of samples and labels become a corpus.
struct ArrayOptions: Sendable {
    /// What the mean and standard deviation of N×D features are taken over.
    enum Scale: String, CaseIterable, Sendable {
        /// Each feature by its own numbers.
        case each
        /// All features by the same numbers.
        case together
    }

    /// The keys of both formats, with what each changes, beside a format's own.
    static func keys(beside own: KeyValuePairs<String, SettingKeys>) -> SettingKeys {
        own.reduce(
            NormalizationOverride.keys(beside: [
                "layout": .numbers, "classes": .numbers, "first-label": .numbers,
                "features": .numbers,
                "test-share": .numbers, "test-seed": .numbers,
            ])
        ) { $0.with($1.key, $1.value) }
    }

    private let layout: ArrayLayout
    private let classCount: Int?
    private let firstLabel: Int
    private let share: TestShare
    private let scale: Scale
    private let normalization: NormalizationOverride

    /// Reads `layout`, `classes`, `first-label`, `features`, `test-share`, `test-seed`, `mean` and
    /// `deviation`.
    ///
    /// - Parameter test: the option that names test samples, where it is set.
    init(options: inout OptionReader, test: String? = nil) throws(SettingError) {
        layout = options.choice("layout", default: .auto)
        classCount = options.optional(
            "classes", Int.self, in: 2...SampleSet.classLimit, fallback: "the labels' greatest + 1")
        firstLabel = options.value(
            "first-label", default: 0, in: 0...SampleSet.classLimit, help: "the label of class 0")
        scale = options.choice(
            "features", default: .each, help: "how N×D features are normalized")
        share = try TestShare(options: &options, beside: test)
        normalization = NormalizationOverride(options: &options)
        if scale == .together, normalization.isGiven {
            options.note(
                options.failure("features", "has no effect beside mean; leave one of them out"))
        }
    }

    /// The corpus of these arrays.
    ///
    /// - Parameters:
    ///   - test: nil where the test samples are a share of the others.
    ///   - members: the names of an .npz file's arrays.
    /// - Throws: ``DatasetError`` where labels are no classes, or do not belong to the samples
    ///   (65), or a layout or normalization does not fit (78).
    func corpus(
        _ name: String, train: ArrayPair, test: ArrayPair?,
        members: [NPZArchive.Part: String] = [:]
    ) throws(DatasetError) -> Corpus {
        let layout = try layout.resolved(for: train.images)
        var trainSet = try train.samples(
            layout, classCount: classCount, firstLabel: firstLabel)
        var testSet = try test?.samples(
            try self.layout.resolved(for: test?.images ?? train.images),
            classCount: trainSet.classCount, firstLabel: firstLabel)
        if let test {
            try share.checkUnused(beside: test.images.path)
        } else {
            let split = share.split(labels: trainSet.labels, classCount: trainSet.classCount)
            testSet = split.test.isEmpty ? nil : trainSet.subset(split.test)
            trainSet = trainSet.subset(split.train)
        }
        let reader = ArrayReader(
            name: name, train: trainSet, layout: layout, members: members, firstLabel: firstLabel)
        let view = try view(
            trainSet, from: train.images.path, testSet, from: test?.images.path, layout, reader)
        return Corpus(name: name, view, remarks: remarks(layout, train.images, trainSet))
    }

    private func view(
        _ train: SampleSet, from trainPath: String, _ test: SampleSet?, from testPath: String?,
        _ layout: ArrayLayout, _ reader: ArrayReader
    ) throws(DatasetError) -> SampleView {
        let plain = try SampleView(
            train: train, from: trainPath, test: test, from: testPath, normalization)
        guard layout == .features else {
            guard scale == .each else {
                throw DatasetError(
                    .impossible,
                    "\(trainPath): holds images, for which features: together has no effect; leave"
                        + " it out")
            }
            return plain.reading(by: reader)
        }
        guard scale == .each, !normalization.isGiven else {
            return SampleView(
                train: train, test: test, normalization: plain.normalization, contents: .features,
                reader: reader)
        }
        let scaling = FeatureScaling(measuring: train)
        var scaled = reader
        (scaled.scaling, scaled.train) = (scaling, train.subset([0]))
        return SampleView(
            train: scaling.applied(to: train), test: test.map(scaling.applied),
            normalization: .identity, contents: .features, reader: scaled)
    }

    private func remarks(
        _ layout: ArrayLayout, _ array: NPYArray, _ set: SampleSet
    ) -> [String] {
        guard self.layout == .auto else { return [] }
        let shape = array.shape.map(String.init).joined(separator: "×")
        return ["\(array.path): \(shape) is read as \(layout.description)"]
    }
}

/// The arrays of the samples of one part, training or test.
struct ArrayPair: Sendable {
    let images: NPYArray
    let labels: NPYArray

    /// The labelled samples.
    ///
    /// - Parameters:
    ///   - classCount: where nil, one more than the greatest class.
    ///   - firstLabel: the label of class 0.
    /// - Throws: ``DatasetError`` (65) where labels are no classes, a sample is not finite, or
    ///   there are more of the one than of the other.
    func samples(
        _ layout: ArrayLayout, classCount: Int?, firstLabel: Int
    ) throws(DatasetError) -> SampleSet {
        let limit = firstLabel + (classCount ?? SampleSet.classLimit)
        let classes = try Self.classes(
            labels, of: firstLabel..<limit, count: images.shape[0], images.path)
        try images.elements.checkFinite(images.path)
        let (shape, pixels) = layout.samples(of: images)
        return SampleSet(
            shape: shape, pixels: pixels, labels: classes,
            classCount: classCount ?? (classes.max() ?? 0) + 1)
    }

    /// The classes in an array of labels.
    ///
    /// - Parameters:
    ///   - range: the labels of all classes.
    ///   - count: of the samples, whose array came from `path`.
    /// - Throws: ``DatasetError`` (65) where labels are no classes, or are more or fewer.
    static func classes(
        _ labels: NPYArray, of range: Range<Int>, count: Int, _ path: String
    ) throws(DatasetError) -> [Int] {
        guard labels.shape.dropFirst().allSatisfy({ $0 == 1 }) else {
            let shape = labels.shape.map(String.init).joined(separator: "×")
            throw DatasetError(
                .corrupt,
                "\(labels.path): labels have 1 dimension, these are \(shape); of one-hot rows save"
                    + " labels.argmax(1)")
        }
        var mistakes = Mistakes()
        var classes: [Int] = []
        for index in 0..<labels.shape[0] {
            let label = labels.elements.whole(at: index)
            if let label, range.contains(label) {
                classes.append(label - range.lowerBound)
            } else {
                mistakes.add(
                    "label \(index) is \(label.map(String.init) ?? "no whole number");"
                        + " labels lie in \(range)"
                        + (range.lowerBound == 0 ? "" : " by first-label"))
            }
        }
        try mistakes.check(labels.path)
        guard count == classes.count else {
            throw DatasetError(
                .corrupt,
                "\(path): holds \(count) samples, \(labels.path) holds"
                    + " \(classes.count) labels; they do not belong together")
        }
        return classes
    }
}

extension SampleSet.Pixels {
    /// The element as a whole number; nil where it is none.
    fileprivate func whole(at index: Int) -> Int? {
        switch self {
        case .bytes(let values): Int(values[index])
        case .mapped(let values): Int(values[index])
        case .floats(let values): Int(exactly: values[index])
        }
    }
}
