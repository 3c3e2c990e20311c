import Bytes
import Distillation
import NeuralNetwork

/// How well logits fit labels.
public struct Evaluation: Codable, Hashable, Sendable {
    /// The share of samples named right.
    public let accuracy: Double
    /// The mean negative log-likelihood, in nats.
    public let negativeLogLikelihood: Double

    /// Scores logits N×classes against N labels.
    public init(logits: Tensor, labels: [Int]) {
        accuracy = Double(logits.matches(labels)) / Double(max(1, labels.count))
        negativeLogLikelihood = Double(Variable(logits).crossEntropy(labels).value.scalar)
    }

    /// Scores the mean of several learners' probabilities.
    public init(ensemble logits: [Tensor], labels: [Int]) {
        self.init(ensemble: ProbabilitySum(of: logits, temperature: 1), labels: labels)
    }

    /// Scores the mean of a sum.
    init(ensemble sum: ProbabilitySum, labels: [Int]) {
        let smallest = Variable(sum.mean).map(.atLeast(.leastNormalMagnitude))
        self.init(logits: smallest.log().value, labels: labels)
    }
}

extension Model {
    /// The logits of all samples in evaluation mode, a batch at a time.
    public func logits(
        of batches: some Sequence<Batch>, parameters: Parameters, buffers: Buffers
    ) -> Tensor {
        logits(of: batches, parameters: parameters, buffers: buffers, beforeBatch: {})
    }

    /// The same; `beforeBatch` may throw to end it.
    func logits(
        of batches: some Sequence<Batch>, parameters: Parameters, buffers: Buffers,
        beforeBatch: () throws -> Void
    ) rethrows -> Tensor {
        Tensor.concatenating(
            try batches.map { batch in
                try beforeBatch()
                let pass = ForwardPass(
                    .evaluation, parameters: parameters, buffers: buffers,
                    key: RandomKey(seed: 0))
                return network(Variable(batch.images), pass).value
            })
    }
}
