import Loops

extension VectorLoops {
    /// As many taps at a time as registers hold.
    public static func correlateDepthwise(_ c: DepthwiseCorrelation) {
        for y in 0..<c.outputHeight {
            prefetchToWrite(c.target + y * c.targetLine, count: c.outputWidth * c.targetPixel)
        }
        forEachVector(c.channels) { channel, lanes in
            var start = 0
            while start < c.taps {
                correlate(c, taps: start, channel, lanes)
                start += tapsAtOnce
            }
        }
    }

    /// Adds some taps' products to the output, or sets it by the first taps'.
    @inline(never)
    private static func correlate(
        _ c: DepthwiseCorrelation, taps start: Int, _ channel: Int, _ lanes: Int
    ) {
        var (offsets, weights) = (TapOffsets(repeating: 0), Taps(repeating: .zero))
        for tap in 0..<tapsAtOnce {
            guard start + tap < c.taps else { break }
            offsets[tap] = c.offset(of: start + tap)
            weights[tap] = load(c.weights + (start + tap) * c.channels + channel)
        }
        forEachWindow(c, channel) { source, target in
            var sum = start == 0 ? Vector.zero : load(target)
            for tap in 0..<tapsAtOnce {
                sum = sum.addingProduct(load(source + offsets[tap]), weights[tap])
            }
            store(sum, target, first: lanes)
        }
    }

    /// Adds to the weights each window times the target's pixel.
    public static func correlateDepthwiseWeights(_ c: DepthwiseCorrelation) {
        for y in 0..<c.outputHeight {
            prefetch(c.target + y * c.targetLine, count: c.outputWidth * c.targetPixel)
        }
        forEachVector(c.channels) { channel, lanes in
            var start = 0
            while start < c.taps {
                addTaps(c, start, channel, lanes)
                start += tapsAtOnce
            }
        }
    }

    @inline(never)
    private static func addTaps(
        _ c: DepthwiseCorrelation, _ start: Int, _ channel: Int, _ lanes: Int
    ) {
        let count = min(tapsAtOnce, c.taps - start)
        var (offsets, sums) = (TapOffsets(repeating: 0), Taps(repeating: .zero))
        for tap in 0..<tapsAtOnce { offsets[tap] = c.offset(of: start + min(tap, count - 1)) }
        forEachWindow(c, channel) { source, target in
            let g = load(target)
            for tap in 0..<tapsAtOnce {
                sums[tap] = sums[tap].addingProduct(load(source + offsets[tap]), g)
            }
        }
        for tap in 0..<count {
            let place = c.weights + (start + tap) * c.channels + channel
            store(load(place) + sums[tap], place, first: lanes)
        }
    }

    /// The first pixel of each window, and the output's pixel.
    @inline(__always)
    private static func forEachWindow(
        _ c: DepthwiseCorrelation, _ channel: Int, _ body: (Pointer, Pointer) -> Void
    ) {
        for y in 0..<c.outputHeight {
            var source = c.source + y * c.stride * c.lineStep + channel
            var target = c.target + y * c.targetLine + channel
            for _ in 0..<c.outputWidth {
                body(source, target)
                source += c.stride * c.channels
                target += c.targetPixel
            }
        }
    }
}

extension DepthwiseCorrelation {
    fileprivate var taps: Int { kernelHeight * kernelWidth }

    /// Floats from a window's first pixel to that of a tap.
    @inline(__always)
    fileprivate func offset(of tap: Int) -> Int {
        let (ky, kx) = tap.quotientAndRemainder(dividingBy: kernelWidth)
        return ky * lineStep + kx * channels
    }
}
