import Loops

extension Kernels {
    /// The largest pixel under each window.
    ///
    /// x: N×H×W×C; `s.filters` is C, and the padding is narrower than the window.
    public static func maxPool(_ x: Floats, _ s: ConvolutionShape) -> Floats {
        checkPool(s)
        precondition(x.count == s.inputCount, "sizes do not fit")
        var y = Floats(uninitialized: s.outputCount)
        let pool = pool(s, x, y.mutablePointer(), g: x.pointer, d: x.pointer)
        Parallel.forRanges(s.batch, size: 4) { loops.maxPool(pool, images: $0) }
        return y
    }

    /// The gradient of ``maxPool(_:_:)``, whose result was y: each upstream value goes to the first
    /// pixel that was largest.
    public static func maxPoolGradient(
        _ g: Floats, x: Floats, y: Floats, _ s: ConvolutionShape
    ) -> Floats {
        checkPool(s)
        precondition(g.count == s.outputCount && y.count == g.count, "sizes do not fit")
        precondition(x.count == s.inputCount, "sizes do not fit")
        var d = Floats(uninitialized: s.inputCount)
        let pool = pool(s, x, y.pointer, g: g.pointer, d: d.mutablePointer())
        if !pool.isPartition { pool.d.update(repeating: 0, count: d.count) }
        Parallel.forRanges(s.batch, size: 4) { loops.maxPoolGradient(pool, images: $0) }
        return d
    }

    /// The mean under each window; padding counts as zeros, as PyTorch's default has it.
    public static func averagePool(_ x: Floats, _ s: ConvolutionShape) -> Floats {
        convolution(x, averageWeights(s), bias: nil, s.depthwise)
    }

    /// The gradient of ``averagePool(_:_:)``.
    public static func averagePoolGradient(_ g: Floats, _ s: ConvolutionShape) -> Floats {
        precondition(g.count == s.outputCount && s.filters == s.channels, "sizes do not fit")
        let method = DepthwiseConvolution(s.depthwise)
        let weights = method.backward(averageWeights(s))
        var d = Floats(uninitialized: s.inputCount)
        let (gp, dp) = (g.pointer, d.mutablePointer())
        Parallel.forRanges(s.batch, size: 4) { images in
            method.inputGradient(
                of: gp + images.lowerBound * s.outputPlane * s.channels,
                into: dp + images.lowerBound * s.plane * s.channels, images: images.count,
                by: weights)
        }
        return d
    }

    /// The mean of each plane. x: N×plane×C gives N×C.
    public static func planeMeans(_ x: Floats, images: Int, channels: Int) -> Floats {
        precondition(x.count.isMultiple(of: max(1, images * channels)), "planes do not fill memory")
        let plane = x.count / max(1, images * channels)
        var y = Floats(uninitialized: images * channels)
        let (source, target) = (x.pointer, y.mutablePointer())
        let scale = 1 / Float(plane)
        Parallel.forRanges(images, size: 4) { part in
            for image in part {
                let means = target + image * channels
                loops.sums(
                    source + image * plane * channels, floats: 0..<plane * channels,
                    width: channels, into: means)
                for channel in 0..<channels { means[channel] *= scale }
            }
        }
        return y
    }

    /// The gradient of ``planeMeans(_:images:channels:)``.
    public static func planeMeansGradient(_ g: Floats, channels: Int, plane: Int) -> Floats {
        precondition(plane >= 1, "an empty plane")
        let images = rowCount(g, channels)
        var d = Floats(uninitialized: g.count * plane)
        let (source, target) = (g.pointer, d.mutablePointer())
        let scale = 1 / Float(plane)
        Parallel.forRanges(images, size: 4) { part in
            for image in part {
                let (values, start) = (
                    source + image * channels, target + image * plane * channels
                )
                for channel in 0..<channels { start[channel] = values[channel] * scale }
                for pixel in 1..<max(1, plane) {
                    (start + pixel * channels).update(from: start, count: channels)
                }
            }
        }
        return d
    }

    /// A window in the padding alone would have no pixel.
    private static func checkPool(_ s: ConvolutionShape) {
        precondition(s.filters == s.channels && s.groups == 1, "pooling keeps the channels")
        precondition(
            s.padding < s.kernelHeight && s.padding < s.kernelWidth,
            "the padding is wider than the window")
    }

    private static func averageWeights(_ s: ConvolutionShape) -> Floats {
        Floats(repeating: 1 / Float(s.kernel), count: s.channels * s.kernel)
    }

    private static func pool(
        _ s: ConvolutionShape, _ x: Floats, _ y: Pointer, g: Pointer, d: Pointer
    ) -> Pool {
        Pool(
            channels: s.channels, height: s.height, width: s.width, outputHeight: s.outputHeight,
            outputWidth: s.outputWidth, kernelHeight: s.kernelHeight, kernelWidth: s.kernelWidth,
            stride: s.stride, padding: s.padding, x: x.pointer, y: y, g: g, d: d)
    }
}

extension ConvolutionShape {
    /// The same windows over every channel by itself.
    fileprivate var depthwise: ConvolutionShape {
        var each = self
        each.groups = channels
        return each
    }
}
