import CProcessor
import Loops

extension IntegerVectorLoops {
    /// Pairs of panels, and a last panel by itself.
    public static func correlate(_ c: IntegerCorrelation, pixels: Range<Int>) {
        if c.isNarrow {
            correlate(c, pixels) { cohort_dot_narrow_bytes($0, $1, $2) }
        } else {
            correlate(c, pixels) { cohort_dot_bytes($0, $1, $2) }
        }
    }

    @inline(__always)
    private static func correlate(
        _ c: IntegerCorrelation, _ pixels: Range<Int>, _ dot: (Sums, Sums, Sums) -> Sums
    ) {
        let panels = Layout.panels(c.filters)
        var panel = 0
        while panel + 2 <= panels {
            var first = pixels.lowerBound
            while first < pixels.upperBound {
                pair(c, first, min(pairPixels, pixels.upperBound - first), panel, dot)
                first += pairPixels
            }
            panel += 2
        }
        guard panel < panels else { return }
        var first = pixels.lowerBound
        while first < pixels.upperBound {
            tile(c, first, min(tilePixels, pixels.upperBound - first), panel, dot)
            first += tilePixels
        }
    }

    /// The outputs of some pixels in one panel; sums beyond the last pixel are its own again.
    @inline(__always)
    private static func tile(
        _ c: IntegerCorrelation, _ first: Int, _ count: Int, _ panel: Int,
        _ dot: (Sums, Sums, Sums) -> Sums
    ) {
        let panelBytes = c.lines * c.quadsInLine * width * IntegerLayout.quad
        var sums = TileSums(repeating: loadSums(c.start + panel * width))
        var windows = InlineArray<16, Int>(repeating: 0)
        for row in 0..<tilePixels {
            windows[row] = Int(c.offsets[first + min(row, count - 1)])
        }
        var weights = UnsafeRawPointer(c.weights + panel * panelBytes)
        for line in 0..<c.lines {
            let input = UnsafeRawPointer(c.input + line * c.lineBytes)
            for quad in 0..<c.quadsInLine {
                let w = loadSums(weights)
                weights += width * IntegerLayout.quad
                for row in 0..<tilePixels {
                    let x = (input + windows[row] + quad * IntegerLayout.quad)
                        .loadUnaligned(as: Int32.self)
                    sums[row] = dot(sums[row], Sums(repeating: x), w)
                }
            }
        }
        for row in 0..<count { c.finish(sums[row], pixel: first + row, panel: panel) }
    }

    /// The outputs of some pixels in two neighbouring panels.
    @inline(__always)
    private static func pair(
        _ c: IntegerCorrelation, _ first: Int, _ count: Int, _ panel: Int,
        _ dot: (Sums, Sums, Sums) -> Sums
    ) {
        let panelBytes = c.lines * c.quadsInLine * width * IntegerLayout.quad
        var left = PairSums(repeating: loadSums(c.start + panel * width))
        var right = PairSums(repeating: loadSums(c.start + (panel + 1) * width))
        var windows = InlineArray<8, Int>(repeating: 0)
        for row in 0..<pairPixels {
            windows[row] = Int(c.offsets[first + min(row, count - 1)])
        }
        var weights = UnsafeRawPointer(c.weights + panel * panelBytes)
        for line in 0..<c.lines {
            let input = UnsafeRawPointer(c.input + line * c.lineBytes)
            for quad in 0..<c.quadsInLine {
                let (u, v) = (loadSums(weights), loadSums(weights + panelBytes))
                weights += width * IntegerLayout.quad
                for row in 0..<pairPixels {
                    let x = (input + windows[row] + quad * IntegerLayout.quad)
                        .loadUnaligned(as: Int32.self)
                    left[row] = dot(left[row], Sums(repeating: x), u)
                    right[row] = dot(right[row], Sums(repeating: x), v)
                }
            }
        }
        for row in 0..<count {
            c.finish(left[row], pixel: first + row, panel: panel)
            c.finish(right[row], pixel: first + row, panel: panel + 1)
        }
    }

    /// Sixteen channels at a time, each with its own bytes and weights.
    public static func correlateDepthwise(_ c: IntegerCorrelation, pixels: Range<Int>) {
        let channels = Layout.panels(c.filters) * width
        for pixel in pixels {
            let window = c.input + Int(c.offsets[pixel])
            for panel in 0..<Layout.panels(c.filters) {
                var sums = loadSums(c.start + panel * width)
                for line in 0..<c.lines {
                    for column in 0..<c.columns {
                        let x = window + line * c.lineBytes + column * c.pixelBytes + panel * width
                        let w = c.weights + (line * c.columns + column) * channels + panel * width
                        let bytes = UnsafeRawPointer(x).loadUnaligned(as: SIMD16<UInt8>.self)
                        let codes = UnsafeRawPointer(w).loadUnaligned(as: SIMD16<Int8>.self)
                        sums &+=
                            Sums(truncatingIfNeeded: bytes) &* Sums(truncatingIfNeeded: codes)
                    }
                }
                c.finish(sums, pixel: pixel, panel: panel)
            }
        }
    }
}
