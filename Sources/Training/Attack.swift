import Bytes
import NeuralNetwork

/// How a learner lies to those that it teaches, to see what its cohort makes of it. For experiments
/// alone: otherwise the learner is as any other, and learns from what it hears.
public enum Attack: String, CaseIterable, Sendable {
    /// Class 0, of every sample.
    case constant
    /// Of every sample the class that it holds least likely itself.
    case leastLikely = "least-likely"
    /// Any class of every sample, anew at each step.
    case random
    /// Of every sample what it thinks of the next one.
    case shuffled
    /// No numbers.
    case nan

    /// How far above the others a class stands that is named falsely: of probability 1 in float32.
    private static let conviction: Float = 20

    /// The logits N×classes that it tells in place of its own.
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
