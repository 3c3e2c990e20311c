import Kernels

extension [Tensor] {
    /// Scales gradients down so that the Euclidean norm of all together is at most `limit` (Pascanu
    /// et al. 2013), as PyTorch's `clip_grad_norm_` does.
    ///
    /// - Returns: the norm before. Where it is not finite, the gradients stay as they are.
    @discardableResult
    public mutating func clip(norm limit: Float) -> Float {
        let norm = reduce(0.0) { $0 + $1.sumOfSquares }.squareRoot()
        let factor = Double(limit) / (norm + 1e-6)
        if norm.isFinite, factor < 1 {
            for index in indices {
                let scaled = Kernels.apply(
                    .affine(scale: Float(factor), shift: 0), self[index].floats)
                self[index] = Tensor(shape: self[index].shape, floats: scaled)
            }
        }
        return Float(norm)
    }
}
