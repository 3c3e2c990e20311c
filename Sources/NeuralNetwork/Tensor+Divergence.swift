import Kernels

/// Divergences of probabilities in float64, summed over all elements of two tensors of one shape.
///
/// Σ p·(log p − log q) of logarithms in float32 is wrong by their rounding, about 10⁻⁷, and may be
/// negative. Σ p·(log p − log q) − p + q is the same number, as both sides add up to 1. None of its
/// terms is negative, and roundings count only in proportion to p − q.
extension Tensor {
    /// KL(p‖q), from the logarithms of both.
    public static func divergence(from logP: Tensor, to logQ: Tensor) -> Double {
        Kernels.divergence(from: logP.floats, to: logQ.floats)
    }

    /// KL(p‖q), from the probabilities p, which may be 0, and the logarithms of the others.
    public static func divergence(ofProbabilities p: Tensor, to logQ: Tensor) -> Double {
        Kernels.divergence(ofProbabilities: p.floats, to: logQ.floats)
    }

    /// ½ KL(p‖m) + ½ KL(q‖m), m the mean of both, from the logarithms of both.
    public static func divergenceFromMean(_ logP: Tensor, _ logQ: Tensor) -> Double {
        Kernels.divergenceFromMean(logP.floats, logQ.floats)
    }
}
