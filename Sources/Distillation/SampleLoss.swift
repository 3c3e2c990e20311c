import NeuralNetwork

/// A loss that is the mean of a distance of each sample, so that samples can be weighed.
public protocol SampleLoss: DistillationLoss {
    /// The widths of the parts that a flattened summary consists of, known after
    /// ``DistillationLoss/fit(student:teachers:)``.
    var partWidths: [Int] { get }

    /// The distance of each sample, N×1.
    ///
    /// - Parameters:
    ///   - student: the learner's summary.
    ///   - teacher: the teacher's summary of the same samples, a constant.
    func distances(_ student: Variable, _ teacher: Tensor) -> Variable
}

extension SampleLoss {
    /// The mean of the distances.
    public func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm(distances(student, teacher).mean())
    }
}
