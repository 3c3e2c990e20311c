import Loops

extension Kernels {
    /// y = x ∗ w (+ b): cross-correlation, as every framework defines it.
    ///
    /// x: N×H×W×C, w: K×(C/groups)×kh×kw, b: K or none, y: N×H'×W'×K.
    public static func convolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        precondition(x.count == s.inputCount && w.count == s.weightCount, "sizes do not fit")
        precondition(bias == nil || bias?.count == s.filters, "a bias for each filter")
        if s.isDepthwise { return depthwiseConvolution(x, w, bias: bias, s) }
        if s.groups > 1 { return groupedConvolution(x, w, bias: bias, s) }
        if s.isWinograd { return winogradConvolution(x, w, bias: bias, s) }
        var y = Floats(uninitialized: s.outputCount)
        let (xp, yp) = (x.pointer, y.mutablePointer())
        let weights = PackedWeights.forward(w.pointer, s)
        Parallel.forRanges(s.batch, size: s.groupOfImages) { images in
            withWindows(s, xp, images) { windows in
                loops.correlate(
                    Correlation(
                        windows: windows, weights: weights.base, filters: s.filters,
                        bias: bias?.pointer,
                        target: yp + images.lowerBound * s.outputPlane * s.filters,
                        targetImage: s.outputPlane * s.filters,
                        targetLine: s.outputWidth * s.filters, targetPixel: s.filters))
            }
        }
        return y
    }

    /// The gradient of a convolution in its input. g: N×H'×W'×K.
    ///
    /// Input pixels whose places are alike modulo the stride meet the same lines and columns of the
    /// kernel: each such phase is a convolution of stride 1 over g.
    public static func convolutionInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        precondition(g.count == s.outputCount && w.count == s.weightCount, "sizes do not fit")
        if s.isDepthwise { return depthwiseInputGradient(g, w, s) }
        if s.groups > 1 { return groupedInputGradient(g, w, s) }
        if s.isWinograd { return winogradInputGradient(g, w, s) }
        let rows = s.phases(extent: s.height, kernel: s.kernelHeight)
        let columns = s.phases(extent: s.width, kernel: s.kernelWidth)
        let isCovered = rows.allSatisfy { $0.taps > 0 } && columns.allSatisfy { $0.taps > 0 }
        var d =
            isCovered
            ? Floats(uninitialized: s.inputCount) : Floats(repeating: 0, count: s.inputCount)
        let (gp, dp) = (g.pointer, d.mutablePointer())
        let weights = rows.map { y in
            columns.map { x in PackedWeights.backward(w.pointer, s, y, x) }
        }
        let border = s.border(rows, columns)
        Parallel.forRanges(s.batch, size: s.groupOfImages) { images in
            let padded = PaddedImages(
                gp + images.lowerBound * s.outputPlane * s.filters, count: images.count,
                height: s.outputHeight, width: s.outputWidth, channels: s.filters,
                before: border.before, after: border.after)
            for (ry, y) in rows.enumerated() where y.taps > 0 && y.pixels > 0 {
                for (rx, x) in columns.enumerated() where x.taps > 0 && x.pixels > 0 {
                    let windows = Windows(
                        images: images.count, outputHeight: y.pixels, outputWidth: x.pixels,
                        source: padded.start + (y.start + border.before.y) * padded.lineStep
                            + (x.start + border.before.x) * s.filters,
                        imageStep: padded.imageStep, lineStep: padded.lineStep,
                        pixelStep: s.filters, segments: y.taps, segmentStep: padded.lineStep,
                        run: x.taps * s.filters, isFar: !padded.isCopy)
                    loops.correlate(
                        Correlation(
                            windows: windows, weights: weights[ry][rx].base, filters: s.channels,
                            bias: nil,
                            target: dp + (images.lowerBound * s.plane + ry * s.width + rx)
                                * s.channels,
                            targetImage: s.plane * s.channels,
                            targetLine: s.stride * s.width * s.channels,
                            targetPixel: s.stride * s.channels))
                }
            }
            padded.finish()
        }
        return d
    }

    /// The gradient of a convolution in its weights: sums over fixed pieces of the batch, added in
    /// the pieces' order.
    public static func convolutionWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        precondition(x.count == s.inputCount && g.count == s.outputCount, "sizes do not fit")
        if s.isDepthwise { return depthwiseWeightGradient(x, g, s) }
        if s.groups > 1 { return groupedWeightGradient(x, g, s) }
        let sums =
            s.isWinograd ? winogradWeightGradient(x, g, s) : directWeightGradient(x, g, s)
        // Kernel × C × K to K×C×kernel.
        return transposed(
            transposedPlanes(sums, planes: s.kernel, rows: s.channels, columns: s.filters),
            rows: s.kernel, columns: s.filters * s.channels)
    }

    /// Kernel × C × K, summed over the batch.
    private static func directWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        let (xp, gp) = (x.pointer, g.pointer)
        return sumOverBatch(s.batch, count: s.weightCount, pieces: 8) { images, target in
            for first in stride(
                from: images.lowerBound, to: images.upperBound, by: s.groupOfImages)
            {
                let group = first..<min(images.upperBound, first + s.groupOfImages)
                withWindows(s, xp, group, joiningShortLines: true) { windows in
                    loops.correlateWeights(
                        WeightCorrelation(
                            windows: windows, gradient: gp + first * s.outputPlane * s.filters,
                            filters: s.filters, target: target))
                }
            }
        }
    }

    /// Sums of `count` floats over fixed pieces of the batch, added in the pieces' order.
    ///
    /// - Parameter pieces: at most.
    static func sumOverBatch(
        _ batch: Int, count: Int, pieces: Int,
        _ add: (_ images: Range<Int>, _ target: Pointer) -> Void
    ) -> Floats {
        let pieces = max(1, min(batch, pieces))
        var partial = Floats(uninitialized: pieces * count)
        let target = partial.mutablePointer()
        Parallel.forEach(pieces) { piece in
            (target + piece * count).update(repeating: 0, count: count)
            add(piece * batch / pieces..<(piece + 1) * batch / pieces, target + piece * count)
        }
        Parallel.forRanges(count, size: elementwisePiece) { part in
            for piece in 1..<max(1, pieces) {
                let terms = target + piece * count
                for i in part { target[i] += terms[i] }
            }
        }
        return partial[0..<count]
    }

    /// Calls `body` with the windows of some images, padded.
    ///
    /// - Parameter joiningShortLines: whether lines of a window that are shorter than a vector are
    ///   brought together.
    private static func withWindows(
        _ s: ConvolutionShape, _ x: Pointer, _ images: Range<Int>,
        joiningShortLines: Bool = false, _ body: (Windows) -> Void
    ) {
        let padded = PaddedImages(x, images, s)
        let windows = Windows(
            images: images.count, outputHeight: s.outputHeight, outputWidth: s.outputWidth,
            source: padded.start, imageStep: padded.imageStep,
            lineStep: s.stride * padded.lineStep, pixelStep: s.stride * s.channels,
            segments: s.kernelHeight, segmentStep: padded.lineStep,
            run: s.kernelWidth * s.channels, isFar: !padded.isCopy)
        if !joiningShortLines || s.kernelHeight == 1 || windows.run >= Layout.panel {
            body(windows)
        } else {
            let run = s.kernelHeight * windows.run
            let unfolded = FloatBlock(images.count * s.outputPlane * run)
            loops.unfold(windows, into: unfolded.base)
            body(
                Windows(
                    images: images.count, outputHeight: s.outputHeight,
                    outputWidth: s.outputWidth, source: unfolded.base,
                    imageStep: s.outputPlane * run, lineStep: s.outputWidth * run,
                    pixelStep: run, segments: 1, segmentStep: 0, run: run, isFar: false))
            withExtendedLifetime(unfolded) {}
        }
        padded.finish()
    }
}

extension ConvolutionShape {
    /// How many images are worked on at once: as many as stay in the cache.
    var groupOfImages: Int {
        let image = (height + 2 * padding) * (width + 2 * padding) * channels
        return max(1, min(batch / 8, (1 << 15) / max(1, image)))
    }

    /// The zeros around a gradient in the output that the windows of all phases need.
    func border(
        _ rows: [PackedWeights.Phase], _ columns: [PackedWeights.Phase]
    ) -> (before: (y: Int, x: Int), after: (y: Int, x: Int)) {
        func reach(_ phases: [PackedWeights.Phase], _ extent: Int) -> (before: Int, after: Int) {
            (
                max(0, -(phases.map(\.start).min() ?? 0)),
                max(0, (phases.map(\.end).max() ?? 0) - extent)
            )
        }
        let (y, x) = (reach(rows, outputHeight), reach(columns, outputWidth))
        return ((y.before, x.before), (y.after, x.after))
    }

    func phases(extent: Int, kernel: Int) -> [PackedWeights.Phase] {
        (0..<stride).map {
            PackedWeights.Phase(
                $0, extent: extent, kernel: kernel, stride: stride, padding: padding)
        }
    }
}
