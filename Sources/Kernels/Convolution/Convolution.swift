import Loops

extension Kernels {
    /// y = x ∗ w (+ b): cross-correlation, as every framework defines it.
    ///
    /// x: N×H×W×C, w: K×(C/groups)×kh×kw, b: K or none, y: N×H'×W'×K.
    public static func convolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        precondition(bias == nil || bias?.count == s.filters, "one for each filter")
        let rows = ChannelRows(s)
        let bias = bias.map { rows.wide($0.array) }
        return convolution(x, w, s) { _, y, floats in
            if let bias { loops.addRow(bias.pointer, width: rows.width, to: y, floats: floats) }
        }
    }

    /// A convolution and the moments of its output, which a batch normalization needs.
    public static func convolutionWithMoments(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> (y: Floats, moments: BatchMoments) {
        precondition(bias == nil || bias?.count == s.filters, "one for each filter")
        let rows = ChannelRows(s)
        let bias = bias.map { rows.wide($0.array) }
        let pieces = (s.batch + s.imagesAtOnce - 1) / s.imagesAtOnce
        let image = s.outputPlane * s.filters
        return FloatBlock.lend(pieces * 2 * rows.width) { found in
            let y = convolution(x, w, s) { piece, y, floats in
                if let bias {
                    loops.addRow(bias.pointer, width: rows.width, to: y, floats: floats)
                }
                let mean = found + piece * 2 * rows.width
                loops.moments(
                    y, floats: 0..<floats, width: rows.width, mean: mean,
                    squares: mean + rows.width)
            }
            let moments = rows.moments(found, pieces: pieces) { piece in
                ((piece + 1) * s.batch / pieces - piece * s.batch / pieces) * image
            }
            return (y, moments)
        }
    }

    /// Calls `finish` with each piece of the output while the cache holds it.
    private static func convolution(
        _ x: Floats, _ w: Floats, _ s: ConvolutionShape,
        _ finish: (_ piece: Int, _ y: Pointer, _ floats: Int) -> Void
    ) -> Floats {
        precondition(x.count == s.inputCount && w.count == s.weightCount, "sizes do not fit")
        var y = Floats(uninitialized: s.outputCount)
        let (xp, yp) = (x.pointer, y.mutablePointer())
        let method = s.method
        let weights = method.forward(w)
        let pieces = (s.batch + s.imagesAtOnce - 1) / s.imagesAtOnce
        let (input, output) = (s.plane * s.channels, s.outputPlane * s.filters)
        Parallel.forEach(pieces) { piece in
            let (first, end) = (piece * s.batch / pieces, (piece + 1) * s.batch / pieces)
            let target = yp + first * output
            method.output(
                of: xp + first * input, into: target, images: end - first, by: weights,
                isFollowed: end + end - first <= s.batch)
            finish(piece, target, (end - first) * output)
        }
        return y
    }

    /// The gradients of a convolution in its input, where it is wanted, and in its weights.
    ///
    /// - Parameter g: N×H'×W'×K.
    public static func convolutionGradients(
        _ x: Floats, _ w: Floats, _ g: Floats, _ s: ConvolutionShape, needsInput: Bool
    ) -> (input: Floats?, weights: Floats) {
        precondition(g.count == s.outputCount, "sizes do not fit")
        let gp = g.pointer
        return convolutionGradients(x, w, s, needsInput: needsInput) { images, _ in
            gp + images.lowerBound * s.outputPlane * s.filters
        }
    }

    /// The gradient of a convolution in its input alone: as a function of g, the transposed
    /// convolution.
    ///
    /// - Parameter g: N×H'×W'×K.
    /// - Returns: N×H×W×C.
    public static func convolutionInputGradient(
        _ w: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        precondition(g.count == s.outputCount && w.count == s.weightCount, "sizes do not fit")
        let method = s.method
        let weights = method.backward(w)
        let pieces = (s.batch + s.imagesAtOnce - 1) / s.imagesAtOnce
        var d = Floats(uninitialized: s.inputCount)
        let (gp, dp) = (g.pointer, d.mutablePointer())
        Parallel.forEach(pieces) { piece in
            let (first, end) = (piece * s.batch / pieces, (piece + 1) * s.batch / pieces)
            method.inputGradient(
                of: gp + first * s.outputPlane * s.filters,
                into: dp + first * s.plane * s.channels, images: end - first, by: weights)
        }
        return d
    }

    /// The same for a convolution whose output is normalised: the gradient in its output is made
    /// from that of the normalization for a few images at a time, and never lies in memory.
    public static func convolutionGradients(
        _ x: Floats, _ w: Floats, _ s: ConvolutionShape, needsInput: Bool,
        normalization: NormalizationGradient
    ) -> (input: Floats?, weights: Floats) {
        precondition(normalization.fits(s), "the normalization is of another shape")
        let image = s.outputPlane * s.filters
        return convolutionGradients(x, w, s, needsInput: needsInput) { images, scratch in
            normalization.write(
                images.lowerBound * image..<images.upperBound * image, into: scratch)
            return scratch
        }
    }

    /// - Parameter gradient: the gradient in the output pixels of some images, perhaps in the
    ///   scratch memory.
    private static func convolutionGradients(
        _ x: Floats, _ w: Floats, _ s: ConvolutionShape, needsInput: Bool,
        gradient: (_ images: Range<Int>, _ scratch: Pointer) -> Pointer
    ) -> (input: Floats?, weights: Floats) {
        precondition(x.count == s.inputCount && w.count == s.weightCount, "sizes do not fit")
        let method = s.method
        let weights = needsInput ? method.backward(w) : []
        let pieces = max(1, min(s.batch, method.pieces))
        let count = method.sumCount
        var partial = Floats(uninitialized: pieces * count)
        var d = needsInput ? Floats(uninitialized: s.inputCount) : nil
        let (xp, dp, sums) = (x.pointer, d?.mutablePointer(), partial.mutablePointer())
        let input = s.plane * s.channels
        Parallel.forEach(pieces) { piece in
            let target = sums + piece * count
            target.update(repeating: 0, count: count)
            FloatBlock.lend(s.imagesAtOnce * s.outputPlane * s.filters) { scratch in
                let end = (piece + 1) * s.batch / pieces
                for first in stride(from: piece * s.batch / pieces, to: end, by: s.imagesAtOnce) {
                    let images = first..<min(end, first + s.imagesAtOnce)
                    let g = gradient(images, scratch)
                    method.addWeightGradient(
                        of: xp + first * input, g, images: images.count, to: target,
                        isFollowed: images.upperBound + images.count <= s.batch)
                    if let dp {
                        method.inputGradient(
                            of: g, into: dp + first * input, images: images.count, by: weights)
                    }
                }
            }
        }
        Parallel.forRanges(count, size: elementwisePiece) { part in
            for piece in 1..<max(1, pieces) {
                loops.addMultiple(
                    of: sums + piece * count, times: 1, to: sums, into: sums, places: part)
            }
        }
        return (d, method.weights(from: partial[0..<count]))
    }
}
