import Foundation
import NeuralNetwork

/// The covariance of several learners' errors on the same samples, by which KDCL's general target
/// weighs them (*Online Knowledge Distillation via Collaborative Learning*, Guo et al. 2020):
/// C_ij = E[(p_i − y)·(p_j − y)], y the one-hot label.
public struct ErrorCovariance: Codable, Hashable, Sendable {
    /// A symmetric matrix with a row for each learner; empty before the first measurement.
    public var rows: [[Double]]

    /// A given matrix, or none yet.
    public init(rows: [[Double]] = []) { self.rows = rows }

    /// Measures it.
    ///
    /// - Parameters:
    ///   - logits: of each learner, N×classes.
    ///   - labels: of the N samples.
    public init(of logits: [Tensor], labels: [Int]) {
        let errors = logits.map { z in
            let classes = z.shape[1]
            var p = Variable(z).softmax().value.values.map { Double($0) }
            for (row, label) in labels.enumerated() { p[row * classes + label] -= 1 }
            return p
        }
        rows = errors.map { a in
            errors.map { b in
                zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(max(1, labels.count))
            }
        }
    }
}
