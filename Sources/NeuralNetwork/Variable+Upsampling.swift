import Kernels

extension Variable {
    /// Images N×C×H×W with each pixel repeated over a square, N×C×factor·H×factor·W: up-sampling by
    /// the nearest neighbour.
    public func upsampled(by factor: Int) -> Variable {
        precondition(shape.count == 4, "images are N×C×H×W, not \(shape)")
        let inputShape = shape
        let extents = Upsampling(
            images: shape[0], height: shape[2], width: shape[3], channels: shape[1],
            factor: factor)
        let output = Tensor(
            images: [shape[0], shape[1], shape[2] * factor, shape[3] * factor],
            pixels: Kernels.upsample(value.pixels, extents))
        return .operation(output, of: [self]) { g in
            [Tensor(images: inputShape, pixels: Kernels.upsampleGradient(g.pixels, extents))]
        }
    }
}
