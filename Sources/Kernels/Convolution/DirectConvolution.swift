import Loops

/// A convolution by products of windows and weights.
struct DirectConvolution: ConvolutionMethod {
    private let s: ConvolutionShape
    private let phases: StridePhases

    init(_ s: ConvolutionShape) {
        self.s = s
        phases = StridePhases(s)
    }

    func forward(_ w: Floats) -> PreparedWeights { [PackedWeights.forward(w, s)] }

    func output(
        of x: Pointer, into y: Pointer, images: Int, by weights: PreparedWeights, isFollowed: Bool
    ) {
        withWindows(x, images) { windows in
            Kernels.loops.correlate(
                Correlation(
                    windows: windows, weights: weights[0].pointer, filters: s.filters, target: y,
                    targetImage: s.outputPlane * s.filters,
                    targetLine: s.outputWidth * s.filters, targetPixel: s.filters))
        }
    }

    func backward(_ w: Floats) -> PreparedWeights {
        phases.map { y, x in PackedWeights.backward(w, s, y, x) }
    }

    func inputGradient(
        of g: Pointer, into d: Pointer, images: Int, by weights: PreparedWeights
    ) {
        if !phases.areComplete { d.update(repeating: 0, count: images * s.plane * s.channels) }
        phases.forEach(g, images: images, channels: s.filters) { number, source, place in
            let windows = Windows(
                images: images, outputHeight: source.y.pixels, outputWidth: source.x.pixels,
                source: source.start, imageStep: source.imageStep, lineStep: source.lineStep,
                pixelStep: s.filters, segments: source.y.taps, segmentStep: source.lineStep,
                run: source.x.taps * s.filters, isFar: !source.isCopy)
            Kernels.loops.correlate(
                Correlation(
                    windows: windows, weights: weights[number].pointer, filters: s.channels,
                    target: d + place * s.channels, targetImage: s.plane * s.channels,
                    targetLine: s.stride * s.width * s.channels,
                    targetPixel: s.stride * s.channels))
        }
    }

    func addWeightGradient(
        of x: Pointer, _ g: Pointer, images: Int, to sums: Pointer, isFollowed: Bool
    ) {
        withWindows(x, images, joiningShortLines: true) { windows in
            Kernels.loops.correlateWeights(
                WeightCorrelation(windows: windows, gradient: g, filters: s.filters, target: sums))
        }
    }

    var sumCount: Int { s.weightCount }
    var pieces: Int { max(2, min(8, (1 << 21) / s.weightCount)) }

    /// Kernel × C × K to K×C×kernel.
    func weights(from sums: Floats) -> Floats { s.reordered(sums) }

    /// Calls `body` with the windows of some images, padded.
    ///
    /// - Parameter joiningShortLines: whether lines of a window that are shorter than a vector are
    ///   brought together.
    private func withWindows(
        _ x: Pointer, _ images: Int, joiningShortLines: Bool = false, _ body: (Windows) -> Void
    ) {
        let padded = PaddedImages(x, images, s)
        let windows = Windows(
            images: images, outputHeight: s.outputHeight, outputWidth: s.outputWidth,
            source: padded.start, imageStep: padded.imageStep,
            lineStep: s.stride * padded.lineStep, pixelStep: s.stride * s.channels,
            segments: s.kernelHeight, segmentStep: padded.lineStep,
            run: s.kernelWidth * s.channels, isFar: !padded.isCopy)
        if !joiningShortLines || s.kernelHeight == 1 || windows.run >= Layout.panel {
            body(windows)
        } else {
            let run = s.kernelHeight * windows.run
            FloatBlock.lend(images * s.outputPlane * run) { unfolded in
                Kernels.loops.unfold(windows, into: unfolded)
                body(
                    Windows(
                        images: images, outputHeight: s.outputHeight,
                        outputWidth: s.outputWidth, source: unfolded,
                        imageStep: s.outputPlane * run, lineStep: s.outputWidth * run,
                        pixelStep: run, segments: 1, segmentStep: 0, run: run, isFar: false))
            }
        }
        padded.finish()
    }
}

extension ConvolutionShape {
    /// Weights of one group: kernel × C × K to K×C×kernel.
    func reordered(_ sums: Floats) -> Floats {
        Kernels.transposed(
            Kernels.transposedPlanes(sums, planes: kernel, rows: channels, columns: filters),
            rows: kernel, columns: filters * channels)
    }
}
