import Loops

// A convolution of every channel by itself: no product of matrices, and bound by memory.
extension Kernels {
    static func depthwiseConvolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        var y = Floats(uninitialized: s.outputCount)
        let (xp, yp) = (x.pointer, y.mutablePointer())
        let weights = transposed(w, rows: s.channels, columns: s.kernel)
        forEachImage(s) { image in
            let padded = PaddedImages(xp, image..<image + 1, s)
            loops.correlateDepthwise(
                correlation(
                    s, padded, weights.pointer, yp + image * s.outputPlane * s.channels))
            padded.finish()
        }
        return bias.map { bias in
            let zeros = [Float](repeating: 0, count: bias.count)
            return affine(y, mean: zeros, scale: zeros.map { _ in 1 }, shift: bias.array)
        } ?? y
    }

    static func depthwiseInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        if s.stride == 1, s.kernelHeight == s.kernelWidth, s.padding < s.kernelHeight {
            return depthwiseConvolution(g, turned(w, s), bias: nil, s.turned)
        }
        return spreadInputGradient(g, w, s)
    }

    /// Every output pixel's share is added to its window: for strides, where windows hardly overlap.
    private static func spreadInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        var d = Floats(uninitialized: s.inputCount)
        let (gp, dp) = (g.pointer, d.mutablePointer())
        let weights = transposed(w, rows: s.channels, columns: s.kernel)
        let lineStep = (s.width + 2 * s.padding) * s.channels
        forEachImage(s) { image in
            let padded = FloatBlock((s.height + 2 * s.padding) * lineStep)
            padded.base.update(repeating: 0, count: (s.height + 2 * s.padding) * lineStep)
            loops.spreadDepthwise(
                correlation(
                    s, padded.base, lineStep, weights.pointer,
                    gp + image * s.outputPlane * s.channels))
            let line = s.width * s.channels
            for y in 0..<s.height {
                let source = padded.base + (y + s.padding) * lineStep + s.padding * s.channels
                (dp + (image * s.height + y) * line).update(from: source, count: line)
            }
        }
        return d
    }

    /// The kernel of every channel turned by half a turn.
    private static func turned(_ w: Floats, _ s: ConvolutionShape) -> Floats {
        let values = w.array
        return Floats(
            values.indices.map { place in
                let (channel, tap) = place.quotientAndRemainder(dividingBy: s.kernel)
                return values[channel * s.kernel + s.kernel - 1 - tap]
            })
    }

    static func depthwiseWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        let (xp, gp) = (x.pointer, g.pointer)
        let sums = sumOverBatch(s.batch, count: s.weightCount) { images, target in
            for image in images {
                let padded = PaddedImages(xp, image..<image + 1, s)
                loops.correlateDepthwiseWeights(
                    correlation(s, padded, target, gp + image * s.outputPlane * s.channels))
                padded.finish()
            }
        }
        return transposed(sums, rows: s.kernel, columns: s.channels)
    }

    private static func forEachImage(_ s: ConvolutionShape, _ body: (Int) -> Void) {
        Parallel.forRanges(s.batch, size: 4) { images in
            for image in images { body(image) }
        }
    }

    private static func correlation(
        _ s: ConvolutionShape, _ padded: PaddedImages, _ weights: Pointer, _ target: Pointer
    ) -> DepthwiseCorrelation {
        correlation(s, padded.start, padded.lineStep, weights, target)
    }

    private static func correlation(
        _ s: ConvolutionShape, _ source: Pointer, _ lineStep: Int, _ weights: Pointer,
        _ target: Pointer
    ) -> DepthwiseCorrelation {
        DepthwiseCorrelation(
            outputHeight: s.outputHeight, outputWidth: s.outputWidth, channels: s.channels,
            kernelHeight: s.kernelHeight, kernelWidth: s.kernelWidth, stride: s.stride,
            source: source, lineStep: lineStep, weights: weights, target: target)
    }
}

extension ConvolutionShape {
    /// The convolution of stride 1 that leads from a gradient in the output to that in the input.
    fileprivate var turned: ConvolutionShape {
        var turned = self
        (turned.height, turned.width) = (outputHeight, outputWidth)
        turned.padding = kernelHeight - 1 - padding
        return turned
    }
}
