import Foundation
import NeuralNetwork

/// The covariance of several learners' errors on the same samples, by which KDCL's general target
/// weighs them (*Online Knowledge Distillation via Collaborative Learning*, Guo et al. 2020):
/// C_ij = E[(p_i − y)·(p_j − y)], y the one-hot label.
///
/// - Parameters:
///   - logits: of each learner, N×classes.
///   - labels: of the N samples.
/// - Returns: a symmetric matrix with a row for each learner.
public func errorCovariance(of logits: [Tensor], labels: [Int]) -> [[Double]] {
    let errors = logits.map { z in
        let classes = z.shape[1]
        var p = Variable(z).softmax().value.values.map { Double($0) }
        for (row, label) in labels.enumerated() { p[row * classes + label] -= 1 }
        return p
    }
    return errors.map { a in
        errors.map { b in
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(max(1, labels.count))
        }
    }
}
