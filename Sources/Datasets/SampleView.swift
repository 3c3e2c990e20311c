/// One view of a corpus's samples: what one sensor, or one form of recording, holds of each of
/// them.
///
/// Views of one corpus have the same samples under the same numbers, with the same labels. Their
/// images may differ in shape and are normalized each by their own numbers.
public struct SampleView: Sendable {
    /// The samples to train on.
    public let train: SampleSet
    /// The samples to test on; nil where the data source was given none.
    public let test: SampleSet?
    /// What turns the stored pixels of both sets into a network's input.
    public let normalization: Normalization
    /// What the elements of a sample are.
    public let contents: SampleContents
    /// Reads new samples as these were read; nil where they were not read from anywhere.
    package let reader: (any NewSampleReader)?

    /// - Precondition: both sets have images of the same shape, and the same classes.
    public init(
        train: SampleSet, test: SampleSet?, normalization: Normalization,
        contents: SampleContents = .image
    ) {
        self.init(
            train: train, test: test, normalization: normalization, contents: contents, reader: nil)
    }

    /// A view with what reads new samples.
    init(
        train: SampleSet, test: SampleSet?, normalization: Normalization,
        contents: SampleContents = .image, reader: (any NewSampleReader)?
    ) {
        let isAlike = test.map { $0.shape == train.shape && $0.classCount == train.classCount }
        precondition(isAlike ?? true, "training and test images have one form")
        self.train = train
        self.test = test
        self.normalization = normalization
        self.contents = contents
        self.reader = reader
    }

    /// The same view with another way to read new samples.
    func reading(by reader: any NewSampleReader) -> SampleView {
        SampleView(
            train: train, test: test, normalization: normalization, contents: contents,
            reader: reader)
    }

    /// Whether `other` shows the same samples: as many, with the same labels.
    func hasSamples(of other: SampleView) -> Bool {
        train.hasSamples(of: other.train)
            && test.map { test in other.test.map(test.hasSamples) ?? false } ?? (other.test == nil)
    }
}

extension SampleSet {
    fileprivate func hasSamples(of other: SampleSet) -> Bool {
        labels == other.labels && labelsPerSample == other.labelsPerSample
            && classCount == other.classCount
    }
}
