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
        let rows = s.phases(extent: s.height, kernel: s.kernelHeight)
        let columns = s.phases(extent: s.width, kernel: s.kernelWidth)
        let isCovered = (rows + columns).allSatisfy { $0.taps > 0 }
        var d =
            isCovered
            ? Floats(uninitialized: s.inputCount) : Floats(repeating: 0, count: s.inputCount)
        let (gp, dp) = (g.pointer, d.mutablePointer())
        let border = s.border(rows, columns)
        let weights = rows.map { y in columns.map { x in phaseWeights(w, s, y, x) } }
        forEachImage(s) { image in
            let padded = PaddedImages(
                gp + image * s.outputPlane * s.channels, count: 1, height: s.outputHeight,
                width: s.outputWidth, channels: s.channels, before: border.before,
                after: border.after)
            for (ry, y) in rows.enumerated() where y.taps > 0 && y.pixels > 0 {
                for (rx, x) in columns.enumerated() where x.taps > 0 && x.pixels > 0 {
                    loops.correlateDepthwise(
                        DepthwiseCorrelation(
                            outputHeight: y.pixels, outputWidth: x.pixels, channels: s.channels,
                            kernelHeight: y.taps, kernelWidth: x.taps, stride: 1,
                            source: padded.start + (y.start + border.before.y) * padded.lineStep
                                + (x.start + border.before.x) * s.channels,
                            lineStep: padded.lineStep, weights: weights[ry][rx].pointer,
                            target: dp + (image * s.plane + ry * s.width + rx) * s.channels,
                            targetLine: s.stride * s.width * s.channels,
                            targetPixel: s.stride * s.channels))
                }
            }
            padded.finish()
        }
        return d
    }

    /// Taps × channels of a phase, in reverse order.
    private static func phaseWeights(
        _ w: Floats, _ s: ConvolutionShape, _ y: PackedWeights.Phase, _ x: PackedWeights.Phase
    ) -> Floats {
        var packed = Floats(uninitialized: y.taps * x.taps * s.channels)
        let (source, target) = (w.pointer, packed.mutablePointer())
        for line in 0..<y.taps {
            for column in 0..<x.taps {
                let ky = y.first + s.stride * (y.taps - 1 - line)
                let kx = x.first + s.stride * (x.taps - 1 - column)
                let place = target + (line * x.taps + column) * s.channels
                for channel in 0..<s.channels {
                    place[channel] = source[channel * s.kernel + ky * s.kernelWidth + kx]
                }
            }
        }
        return packed
    }

    static func depthwiseWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        let (xp, gp) = (x.pointer, g.pointer)
        let sums = sumOverBatch(s.batch, count: s.weightCount, pieces: 8) { images, target in
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
        DepthwiseCorrelation(
            outputHeight: s.outputHeight, outputWidth: s.outputWidth, channels: s.channels,
            kernelHeight: s.kernelHeight, kernelWidth: s.kernelWidth, stride: s.stride,
            source: padded.start, lineStep: padded.lineStep, weights: weights, target: target,
            targetLine: s.outputWidth * s.channels, targetPixel: s.channels)
    }
}
