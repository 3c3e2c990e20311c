/// Everything that a data source holds: samples to train on, to test on, and their scale.
public struct Corpus: Sendable {
    /// The data source's name in messages: `fashion-mnist`.
    public let name: String
    public let train: SampleSet
    /// Nil where a source was given no test files.
    public let test: SampleSet?
    public let normalization: Normalization

    public init(name: String, train: SampleSet, test: SampleSet?, normalization: Normalization) {
        self.name = name
        self.train = train
        self.test = test
        self.normalization = normalization
    }

    /// Checks that a learner with these data can teach and learn from those with `other`.
    ///
    /// - Throws: ``DatasetError`` (78) where images or classes differ.
    public func check(matches other: Corpus, learner: String) throws(DatasetError) {
        guard train.shape == other.train.shape, train.classCount == other.train.classCount else {
            throw DatasetError(
                .impossible,
                "learner '\(learner)': its data (\(name)) are \(train.summary), the cohort's"
                    + " (\(other.name)) are \(other.train.summary);"
                    + " both must be alike (files that lack the last classes need options.classes)")
        }
    }
}

extension SampleSet {
    /// `1×28×28 images of 10 classes`.
    var summary: String {
        shape.map(String.init).joined(separator: "×") + " images of \(classCount) classes"
    }
}
