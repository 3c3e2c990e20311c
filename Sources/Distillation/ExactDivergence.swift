import Foundation
import NeuralNetwork

/// KL(p‖q) in float64, as it is reported: never negative, and right where both sides nearly agree.
///
/// Σ p·(log p − log q) of logarithms in float32 is wrong by their rounding, about 10⁻⁷, and may be
/// negative. Σ p·(log p − log q) − p + q is the same number, as both sides add up to 1. None of its
/// terms is negative, and roundings count only in proportion to p − q.
enum ExactDivergence {
    /// p·(log p − log q) − p + q of one element.
    static func term(_ p: Double, logP: Double, logQ: Double) -> Double {
        guard p > 0 else { return Foundation.exp(logQ) }
        let ratio = logP - logQ
        return p * max(0, ratio + Foundation.expm1(-ratio))
    }

    /// The sum over all elements, from logarithms of probabilities.
    static func sum(from p: [Float], to q: [Float]) -> Double {
        zip(p, q).reduce(0.0) { total, pair in
            let logP = Double(pair.0)
            return total + term(Foundation.exp(logP), logP: logP, logQ: Double(pair.1))
        }
    }

    /// The sum over all elements, from probabilities p and logarithms of q.
    static func sum(fromProbabilities p: [Float], to q: [Float]) -> Double {
        zip(p, q).reduce(0.0) { total, pair in
            let p = Double(pair.0)
            return total + term(p, logP: p > 0 ? Foundation.log(p) : 0, logQ: Double(pair.1))
        }
    }
}

extension Variable {
    /// The same scalar with a value that was computed better; the gradient passes through as it is.
    /// A value that is not finite stays, so that it is noticed.
    func reporting(_ exact: Double) -> Variable {
        let better = Float(exact)
        guard value.scalar.isFinite, better.isFinite else { return self }
        return .operation(Tensor(better), of: [self]) { g in [g] }
    }
}
