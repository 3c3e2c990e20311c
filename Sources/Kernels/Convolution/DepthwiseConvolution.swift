import Loops

/// A convolution of every channel by itself: no product of matrices, and bound by memory.
struct DepthwiseConvolution: ConvolutionMethod {
    private let s: ConvolutionShape
    private let phases: StridePhases

    init(_ s: ConvolutionShape) {
        self.s = s
        phases = StridePhases(s)
    }

    /// Kernel × channels.
    func forward(_ w: Floats) -> PreparedWeights {
        [Kernels.transposed(w, rows: s.channels, columns: s.kernel)]
    }

    func output(
        of x: Pointer, into y: Pointer, images: Int, by weights: PreparedWeights, isFollowed: Bool
    ) {
        forEachImage(x, images) { image, padded in
            Kernels.loops.correlateDepthwise(
                correlation(
                    padded, weights[0].pointer, y + image * s.outputPlane * s.channels))
        }
    }

    func backward(_ w: Floats) -> PreparedWeights {
        phases.map { y, x in
            var packed = Floats(uninitialized: y.taps * x.taps * s.channels)
            let (source, target) = (w.pointer, packed.mutablePointer())
            for line in 0..<y.taps {
                for column in 0..<x.taps {
                    let ky = y.first + s.stride * (y.taps - 1 - line)
                    let kx = x.first + s.stride * (x.taps - 1 - column)
                    let weights = source + ky * s.kernelWidth + kx
                    let place = target + (line * x.taps + column) * s.channels
                    for channel in 0..<s.channels {
                        place[channel] = weights[channel * s.kernel]
                    }
                }
            }
            return packed
        }
    }

    func inputGradient(
        of g: Pointer, into d: Pointer, images: Int, by weights: PreparedWeights
    ) {
        if !phases.areComplete { d.update(repeating: 0, count: images * s.plane * s.channels) }
        for image in 0..<images {
            let start = g + image * s.outputPlane * s.channels
            phases.forEach(start, images: 1, channels: s.channels) { number, source, place in
                Kernels.loops.correlateDepthwise(
                    DepthwiseCorrelation(
                        outputHeight: source.y.pixels, outputWidth: source.x.pixels,
                        channels: s.channels, kernelHeight: source.y.taps,
                        kernelWidth: source.x.taps, stride: 1, source: source.start,
                        lineStep: source.lineStep, weights: weights[number].pointer,
                        target: d + (image * s.plane + place) * s.channels,
                        targetLine: s.stride * s.width * s.channels,
                        targetPixel: s.stride * s.channels))
            }
        }
    }

    func addWeightGradient(
        of x: Pointer, _ g: Pointer, images: Int, to sums: Pointer, isFollowed: Bool
    ) {
        forEachImage(x, images) { image, padded in
            Kernels.loops.correlateDepthwiseWeights(
                correlation(padded, sums, g + image * s.outputPlane * s.channels))
        }
    }

    var sumCount: Int { s.weightCount }
    var pieces: Int { 8 }

    /// Kernel × channels to channels × kernel.
    func weights(from sums: Floats) -> Floats {
        Kernels.transposed(sums, rows: s.kernel, columns: s.channels)
    }

    private func forEachImage(
        _ x: Pointer, _ images: Int, _ body: (_ image: Int, _ padded: PaddedImages) -> Void
    ) {
        for image in 0..<images {
            let padded = PaddedImages(x + image * s.plane * s.channels, 1, s)
            body(image, padded)
            padded.finish()
        }
    }

    private func correlation(
        _ padded: PaddedImages, _ weights: Pointer, _ target: Pointer
    ) -> DepthwiseCorrelation {
        DepthwiseCorrelation(
            outputHeight: s.outputHeight, outputWidth: s.outputWidth, channels: s.channels,
            kernelHeight: s.kernelHeight, kernelWidth: s.kernelWidth, stride: s.stride,
            source: padded.start, lineStep: padded.lineStep, weights: weights, target: target,
            targetLine: s.outputWidth * s.channels, targetPixel: s.channels)
    }
}
