import Loops

extension VectorLoops {
    public static func correlateDepthwise(_ c: DepthwiseCorrelation) {
        forEachVector(c.channels) { channel, lanes in
            forEachWindow(c, channel) { source, target in
                var sum = Vector.zero
                forEachTap(c, source, channel) { pixel, weight in
                    sum = sum.addingProduct(load(pixel), load(weight))
                }
                store(sum, target, first: lanes)
            }
        }
    }

    /// Adds to each window of the source the target's pixel times the weights.
    public static func spreadDepthwise(_ c: DepthwiseCorrelation) {
        forEachVector(c.channels) { channel, lanes in
            forEachWindow(c, channel) { source, target in
                let g = load(target)
                forEachTap(c, source, channel) { pixel, weight in
                    store(load(pixel).addingProduct(g, load(weight)), pixel, first: lanes)
                }
            }
        }
    }

    /// Adds to the weights each window times the target's pixel.
    public static func correlateDepthwiseWeights(_ c: DepthwiseCorrelation) {
        forEachVector(c.channels) { channel, lanes in
            for ky in 0..<c.kernelHeight {
                for kx in 0..<c.kernelWidth {
                    var sum = Vector.zero
                    let start = ky * c.lineStep + kx * c.channels
                    forEachWindow(c, channel) { source, target in
                        sum = sum.addingProduct(load(source + start), load(target))
                    }
                    let place = c.weights + (ky * c.kernelWidth + kx) * c.channels + channel
                    store(load(place) + sum, place, first: lanes)
                }
            }
        }
    }

    /// The first pixel of each window, and the output's pixel.
    @inline(__always)
    private static func forEachWindow(
        _ c: DepthwiseCorrelation, _ channel: Int, _ body: (Pointer, Pointer) -> Void
    ) {
        for y in 0..<c.outputHeight {
            var source = c.source + y * c.stride * c.lineStep + channel
            var target = c.target + y * c.outputWidth * c.channels + channel
            for _ in 0..<c.outputWidth {
                body(source, target)
                source += c.stride * c.channels
                target += c.channels
            }
        }
    }

    @inline(__always)
    private static func forEachTap(
        _ c: DepthwiseCorrelation, _ source: Pointer, _ channel: Int,
        _ body: (Pointer, Pointer) -> Void
    ) {
        var weight = c.weights + channel
        for ky in 0..<c.kernelHeight {
            var pixel = source + ky * c.lineStep
            for _ in 0..<c.kernelWidth {
                body(pixel, weight)
                pixel += c.channels
                weight += c.channels
            }
        }
    }
}
