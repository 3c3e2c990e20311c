import Kernels

extension Tensor {
    /// Scales gradients down so that their Euclidean norm is at most `limit` (Pascanu et al. 2013),
    /// as PyTorch's `clip_grad_norm_` does.
    ///
    /// - Returns: the norm before.
    @discardableResult
    public mutating func clip(norm limit: Float) -> Float {
        let norm = sumOfSquares.squareRoot()
        let factor = Double(limit) / (norm + 1e-6)
        if factor < 1 {
            let scaled = Kernels.apply(.affine(scale: Float(factor), shift: 0), floats)
            self = Tensor(shape: shape, floats: scaled)
        }
        return Float(norm)
    }
}
