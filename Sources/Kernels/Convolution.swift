extension Kernels {
    /// y = x ∗ w (+ b): cross-correlation, as every framework defines it.
    ///
    /// x: N×C×H×W, w: K×(C/groups)×kh×kw, b: K or none, y: N×K×H'×W'.
    public static func convolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        precondition(x.count == s.inputCount && w.count == s.weightCount, "sizes do not fit")
        precondition(bias == nil || bias?.count == s.filters, "a bias for each filter")
        var y = Floats(uninitialized: s.outputCount)
        let (xp, wp, bp, yp) = (x.pointer, w.pointer, bias?.pointer, y.mutablePointer())
        forEachImage(s) { image, group, scratch in
            let source = xp + (image * s.channels + group * s.groupChannels) * s.plane
            let target = yp + (image * s.filters + group * s.groupFilters) * s.outputPlane
            if let bp {
                for k in 0..<s.groupFilters {
                    (target + k * s.outputPlane)
                        .update(repeating: bp[group * s.groupFilters + k], count: s.outputPlane)
                }
            }
            let columns = unfolded(source, s, scratch)
            gemm(
                s.groupFilters, s.outputPlane, s.depth,
                Operand(wp + group * s.groupFilters * s.depth, s.depth),
                Operand(columns, s.outputPlane), bp == nil ? 0 : 1, target, s.outputPlane)
        }
        return y
    }

    /// The gradient of a convolution in its input. g: N×K×H'×W'.
    public static func convolutionInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        precondition(g.count == s.outputCount && w.count == s.weightCount, "sizes do not fit")
        var d = Floats(uninitialized: s.inputCount)
        let (gp, wp, dp) = (g.pointer, w.pointer, d.mutablePointer())
        forEachImage(s) { image, group, scratch in
            let source = gp + (image * s.filters + group * s.groupFilters) * s.outputPlane
            let target = dp + (image * s.channels + group * s.groupChannels) * s.plane
            let weights = wp + group * s.groupFilters * s.depth
            let columns = s.isPointwise ? target : scratch
            gemm(
                s.depth, s.outputPlane, s.groupFilters, Operand(weights, s.depth, true),
                Operand(source, s.outputPlane), 0, columns, s.outputPlane)
            guard !s.isPointwise else { return }
            target.update(repeating: 0, count: s.groupChannels * s.plane)
            fold(columns, s, addingTo: target)
        }
        return d
    }

    /// The gradient of a convolution in its weights: sums over fixed pieces of the batch, added in
    /// the pieces' order.
    public static func convolutionWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        precondition(x.count == s.inputCount && g.count == s.outputCount, "sizes do not fit")
        let pieces = min(s.batch, weightGradientPieces)
        var partial = Floats(repeating: 0, count: pieces * s.weightCount)
        let (xp, gp, pp) = (x.pointer, g.pointer, partial.mutablePointer())
        Parallel.forEach(pieces) { piece in
            let scratch = FloatBlock(s.isPointwise ? 1 : s.depth * s.outputPlane)
            let target = pp + piece * s.weightCount
            for image in piece * s.batch / pieces..<(piece + 1) * s.batch / pieces {
                for group in 0..<s.groups {
                    let source = xp + (image * s.channels + group * s.groupChannels) * s.plane
                    let upstream = gp + (image * s.filters + group * s.groupFilters) * s.outputPlane
                    let columns = unfolded(source, s, scratch.base)
                    gemm(
                        s.groupFilters, s.depth, s.outputPlane, Operand(upstream, s.outputPlane),
                        Operand(columns, s.outputPlane, true), 1,
                        target + group * s.groupFilters * s.depth, s.depth)
                }
            }
        }
        return sum(
            partial, shape: [pieces, s.weightCount], steps: [0, 1], count: s.weightCount)
    }

    /// The sum of g over images and pixels for each of its planes. g: N×K×H'×W' gives K.
    public static func planeSums(_ g: Floats, batch: Int, channels: Int) -> Floats {
        precondition(g.count.isMultiple(of: max(1, batch * channels)), "planes do not fill memory")
        let plane = g.count / max(1, batch * channels)
        let source = g.pointer
        return Floats(
            (0..<channels).map { channel in
                Float(
                    (0..<batch).reduce(0.0) { total, image in
                        total + Double(sum(source + (image * channels + channel) * plane, plane))
                    })
            })
    }

    private static let weightGradientPieces = 8

    /// The image as a matrix of depth × output pixels, in place where that is what it is.
    private static func unfolded(
        _ source: Pointer, _ s: ConvolutionShape, _ scratch: Pointer
    ) -> Pointer {
        if s.isPointwise { return source }
        unfold(source, s, into: scratch)
        return scratch
    }

    /// Calls `body` for every image and group, with scratch memory of depth × output pixels.
    private static func forEachImage(
        _ s: ConvolutionShape, _ body: (_ image: Int, _ group: Int, _ scratch: Pointer) -> Void
    ) {
        Parallel.forRanges(s.batch, size: 4) { images in
            let scratch = FloatBlock(s.isPointwise ? 1 : s.depth * s.outputPlane)
            for image in images {
                for group in 0..<s.groups { body(image, group, scratch.base) }
            }
        }
    }
}
