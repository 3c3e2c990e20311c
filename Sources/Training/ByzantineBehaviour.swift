import Bytes
import NeuralNetwork

/// How a learner misleads its students, to see what its cohort makes of it: Byzantine behaviour,
/// for experiments alone. Otherwise the learner is as any other, and learns from what it receives.
public enum ByzantineBehaviour: String, CaseIterable, Sendable {
    /// Class 0, for every sample.
    case constant
    /// For every sample the class that its own model finds least likely.
    case leastLikely = "least-likely"
    /// A random class for every sample, drawn anew at each step.
    case random
    /// For every sample its logits of the next sample.
    case shuffled
    /// Values that are not numbers.
    case nan

    /// The logit of a class that is named falsely, above 0 of the others: of probability 1 in
    /// float32.
    private static let conviction: Float = 20

    /// The logits N×classes that it publishes in place of its own.
    ///
    /// - Parameter key: determines what is random at a step.
    public func falsified(_ logits: Tensor, key: RandomKey) -> Tensor {
        let (samples, classes) = (logits.shape[0], logits.shape[1])
        switch self {
        case .constant: return naming(logits.shape) { _ in 0 }
        case .leastLikely:
            let least = (Variable(logits) * -1).value.argmax
            return naming(logits.shape) { least[$0] }
        case .random:
            return naming(logits.shape) { key.integer(below: classes, at: $0) }
        case .shuffled:
            return logits.selecting(rows: (0..<samples).map { ($0 + 1) % samples })
        case .nan:
            return Tensor(repeating: .nan, shape: logits.shape)
        }
    }

    private func naming(_ shape: [Int], _ named: (_ sample: Int) -> Int) -> Tensor {
        var values = [Float](repeating: 0, count: shape[0] * shape[1])
        for sample in 0..<shape[0] {
            values[sample * shape[1] + named(sample)] = Self.conviction
        }
        return Tensor(shape: shape, values: values)
    }
}
