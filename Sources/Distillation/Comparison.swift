import NeuralNetwork

/// How far two learners are apart on the same samples: what the convergence log shows.
public struct Comparison: Hashable, Sendable {
    /// KL(teacher‖student) at temperature 1, summed over classes and averaged over samples, in
    /// nats.
    public let divergence: Double
    /// The share of samples for which both name the same class.
    public let agreement: Double

    /// Compares logits N×classes of the same samples.
    public init(teacher: Tensor, student: Tensor) {
        precondition(teacher.shape == student.shape, "shapes differ")
        let p = Variable(teacher).logSoftmax().value
        let q = Variable(student).logSoftmax().value
        let samples = max(1, teacher.shape[0])
        divergence = Tensor.divergence(from: p, to: q) / Double(samples)
        let same = zip(teacher.argmax, student.argmax).count { $0 == $1 }
        agreement = Double(same) / Double(samples)
    }
}
