import Loops

/// Sums over all elements of divergences between probabilities p and q, in double precision and
/// never negative: Σ p·(log p − log q) − p + q, which is KL(p‖q) as both sides add up to 1.
extension Kernels {
    /// KL(p‖q), from the logarithms of both.
    public static func divergence(from logP: Floats, to logQ: Floats) -> Double {
        precondition(logP.count == logQ.count, "sizes differ")
        return withExtendedLifetime((logP, logQ)) {
            loops.divergence(from: logP.pointer, to: logQ.pointer, count: logP.count)
        }
    }

    /// KL(p‖q), from the probabilities p, which may be 0, and the logarithms of the others.
    public static func divergence(ofProbabilities p: Floats, to logQ: Floats) -> Double {
        precondition(p.count == logQ.count, "sizes differ")
        return withExtendedLifetime((p, logQ)) {
            loops.divergence(ofProbabilities: p.pointer, to: logQ.pointer, count: p.count)
        }
    }

    /// ½ KL(p‖m) + ½ KL(q‖m), m the mean of both, from the logarithms of both.
    public static func divergenceFromMean(_ logP: Floats, _ logQ: Floats) -> Double {
        precondition(logP.count == logQ.count, "sizes differ")
        return withExtendedLifetime((logP, logQ)) {
            loops.divergenceFromMean(logP.pointer, logQ.pointer, count: logP.count)
        }
    }
}
