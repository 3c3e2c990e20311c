import Loops

/// Weights K×C×kh×kw in the order in which the loops read them.
enum PackedWeights {
    /// The kernel's lines and columns that meet input pixels y ≡ phase (mod stride), along one axis:
    /// the gradient in these pixels is a convolution of stride 1 with them, in reverse order.
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
    static func forward(_ w: Pointer, _ s: ConvolutionShape) -> Floats {
        pack(
            filters: s.filters, lines: s.kernelHeight, columns: s.kernelWidth,
            channels: s.channels
        ) { filter, ky, kx, channel in
            w[(filter * s.channels + channel) * s.kernel + ky * s.kernelWidth + kx]
        }
    }

    /// Panels of channels × lines × (columns·K) × 16, for the gradient in the input pixels of a phase.
    static func backward(_ w: Pointer, _ s: ConvolutionShape, _ y: Phase, _ x: Phase) -> Floats {
        pack(
            filters: s.channels, lines: y.taps, columns: x.taps, channels: s.filters
        ) { channel, line, column, filter in
            let ky = y.first + s.stride * (y.taps - 1 - line)
            let kx = x.first + s.stride * (x.taps - 1 - column)
            return w[(filter * s.channels + channel) * s.kernel + ky * s.kernelWidth + kx]
        }
    }

    @inline(__always)
    private static func pack(
        filters: Int, lines: Int, columns: Int, channels: Int,
        _ weight: (_ filter: Int, _ line: Int, _ column: Int, _ channel: Int) -> Float
    ) -> Floats {
        let depth = lines * columns * channels
        var packed = Floats(uninitialized: Layout.panels(filters) * depth * Layout.panel)
        let base = packed.mutablePointer()
        for panel in 0..<Layout.panels(filters) {
            let start = base + panel * depth * Layout.panel
            for lane in 0..<Layout.panel {
                let filter = panel * Layout.panel + lane
                var target = start + lane
                for line in 0..<lines {
                    for column in 0..<columns {
                        for channel in 0..<channels {
                            target.pointee =
                                filter < filters ? weight(filter, line, column, channel) : 0
                            target += Layout.panel
                        }
                    }
                }
            }
        }
        return packed
    }
}
