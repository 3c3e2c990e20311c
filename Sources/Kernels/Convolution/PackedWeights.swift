import Loops

/// Weights K×C×kh×kw in the order in which the loops read them.
enum PackedWeights {
    /// The kernel's lines and columns that meet input pixels y ≡ phase (mod stride), along one
    /// axis: the gradient in these pixels is a convolution of stride 1 with them, in reverse order.
    struct Phase {
        /// The first tap; the others follow at the stride.
        let first: Int
        let taps: Int
        /// Where the window of the first pixel begins in the output, perhaps before it.
        let start: Int
        /// How many input pixels there are.
        let pixels: Int

        init(_ phase: Int, extent: Int, kernel: Int, stride: Int, padding: Int) {
            first = (phase + padding) % stride
            taps = first < kernel ? (kernel - first + stride - 1) / stride : 0
            start = (phase + padding - first) / stride - (taps - 1)
            pixels = phase < extent ? (extent - phase + stride - 1) / stride : 0
        }

        /// Behind the last window.
        var end: Int { start + pixels - 1 + taps }
    }

    /// Panels of filters × kh × (kw·C) × 16, for the convolution itself.
    static func forward(_ w: Floats, _ s: ConvolutionShape) -> Floats {
        pack(
            w, from: 0,
            WeightPacking(
                filters: s.filters, lines: s.kernelHeight, columns: s.kernelWidth,
                channels: s.channels, filterStep: s.channels * s.kernel,
                lineStep: s.kernelWidth, columnStep: 1, channelStep: s.kernel))
    }

    /// Panels of channels × lines × (columns·K) × 16, for the gradient in the input pixels of a
    /// phase: the phase's lines and columns in reverse order.
    static func backward(_ w: Floats, _ s: ConvolutionShape, _ y: Phase, _ x: Phase) -> Floats {
        let line = y.first + s.stride * max(0, y.taps - 1)
        let column = x.first + s.stride * max(0, x.taps - 1)
        return pack(
            w, from: line * s.kernelWidth + column,
            WeightPacking(
                filters: s.channels, lines: y.taps, columns: x.taps, channels: s.filters,
                filterStep: s.kernel, lineStep: -s.stride * s.kernelWidth,
                columnStep: -s.stride, channelStep: s.channels * s.kernel))
    }

    /// - Parameter start: the place of the first weight of the first filter, line and column.
    private static func pack(
        _ w: Floats, from start: Int, _ packing: WeightPacking
    ) -> Floats {
        var packed = Floats(uninitialized: packing.count)
        Kernels.loops.packWeights(w.pointer + start, packing, into: packed.mutablePointer())
        return packed
    }
}
