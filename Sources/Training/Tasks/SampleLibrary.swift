import Datasets
import NeuralNetwork

/// Training samples by their numbers, as they are: without augmentation.
public struct SampleLibrary: Sendable {
    private let set: SampleSet
    private let normalization: Normalization

    /// The samples of a set, by their numbers in it.
    public init(_ set: SampleSet, normalization: Normalization) {
        (self.set, self.normalization) = (set, normalization)
    }

    /// The class of a sample, as the learner is taught it.
    func label(of sample: Int) -> Int { set.labels[sample] }

    /// Samples, for an evaluation.
    func samples(_ numbers: [Int]) throws(DatasetError) -> HeldOutData {
        try HeldOutData(set.subset(numbers), normalization: normalization)
    }
}
