import Loops

// Convolutions of stride 1 with 3×3 and 5×5 kernels by Winograd's algorithm.
extension Kernels {
    static func winogradConvolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        var y = Floats(uninitialized: s.outputCount)
        // K×C×kernel to kernel×C×K.
        let ordered = transposedPlanes(
            transposed(w, rows: s.filters * s.channels, columns: s.kernel), planes: s.kernel,
            rows: s.filters, columns: s.channels)
        let weights = winogradWeights(ordered, s.kernelHeight, s.channels, s.filters)
        let whole = WinogradCorrelation(
            images: s.batch, height: s.height, width: s.width, channels: s.channels,
            outputHeight: s.outputHeight, outputWidth: s.outputWidth, filters: s.filters,
            kernel: s.kernelHeight, padding: s.padding, source: x.pointer,
            target: y.mutablePointer(), weights: weights.pointer, bias: bias?.pointer)
        correlate(whole)
        return y
    }

    static func winogradInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        var d = Floats(uninitialized: s.inputCount)
        // K×C×kernel to kernel×K×C, the kernel turned round.
        var turned = Floats(uninitialized: w.count)
        let ordered = transposed(w, rows: s.filters * s.channels, columns: s.kernel)
        let count = s.filters * s.channels
        for tap in 0..<s.kernel {
            turned.replace(
                at: (s.kernel - 1 - tap) * count, with: ordered[tap * count..<(tap + 1) * count])
        }
        let weights = winogradWeights(turned, s.kernelHeight, s.filters, s.channels)
        correlate(
            WinogradCorrelation(
                images: s.batch, height: s.outputHeight, width: s.outputWidth,
                channels: s.filters, outputHeight: s.height, outputWidth: s.width,
                filters: s.channels, kernel: s.kernelHeight,
                padding: s.kernelHeight - 1 - s.padding, source: g.pointer,
                target: d.mutablePointer(), weights: weights.pointer, bias: nil))
        return d
    }

    /// Kernel × C × K, summed over the batch.
    static func winogradWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        let count = WinogradCorrelation.positions * s.channels * s.filters
        let (xp, gp) = (x.pointer, g.pointer)
        // A piece's sums are worth their memory where many tiles share them.
        let pieces = max(
            2, min(8, s.batch * s.outputPlane / (128 * (7 - s.kernelHeight) * (7 - s.kernelHeight)))
        )
        let sums = sumOverBatch(s.batch, count: count, pieces: pieces) { images, target in
            let part = WinogradCorrelation(
                images: images.count, height: s.height, width: s.width, channels: s.channels,
                outputHeight: s.outputHeight, outputWidth: s.outputWidth, filters: s.filters,
                kernel: s.kernelHeight, padding: s.padding,
                source: xp + images.lowerBound * s.plane * s.channels,
                target: gp + images.lowerBound * s.outputPlane * s.filters, weights: target,
                bias: nil)
            let scratch = FloatBlock(part.scratch)
            loops.correlateWinogradWeights(part, scratch: scratch.base)
        }
        var d = Floats(uninitialized: s.weightCount)
        loops.restoreWinogradWeights(
            sums.pointer, kernel: s.kernelHeight, channels: s.channels, filters: s.filters,
            into: d.mutablePointer())
        return d
    }

    private static func winogradWeights(
        _ w: Floats, _ kernel: Int, _ channels: Int, _ filters: Int
    ) -> Floats {
        var transformed = Floats(
            uninitialized: WinogradCorrelation.positions * channels * filters)
        loops.transformWinogradWeights(
            w.pointer, kernel: kernel, channels: channels, filters: filters,
            into: transformed.mutablePointer())
        return transformed
    }

    private static func correlate(_ whole: WinogradCorrelation) {
        let size = max(1, min((whole.images + 7) / 8, 16))
        Parallel.forRanges(whole.images, size: size) { images in
            var part = whole
            part.images = images.count
            part.source += images.lowerBound * whole.height * whole.width * whole.channels
            part.target +=
                images.lowerBound * whole.outputHeight * whole.outputWidth * whole.filters
            let scratch = FloatBlock(part.scratch)
            loops.correlateWinograd(part, scratch: scratch.base)
        }
    }
}

extension ConvolutionShape {
    /// Whether Winograd's algorithm has a form for it that pays.
    var isWinograd: Bool {
        stride == 1 && kernelHeight == kernelWidth && (kernelHeight == 3 || kernelHeight == 5)
            && padding < kernelHeight && channels.isMultiple(of: Layout.panel)
            && filters.isMultiple(of: Layout.panel) && outputPlane >= 16
    }
}
