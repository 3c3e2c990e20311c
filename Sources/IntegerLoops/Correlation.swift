import Loops

extension IntegerVectorLoops {
    /// Pairs of panels, and a last panel by itself.
    public static func correlate(_ c: IntegerCorrelation, pixels: Range<Int>) {
        let panels = Layout.panels(c.filters)
        TileScratch.with { scratch in
            for panel in stride(from: 0, to: panels, by: 2) {
                let isPair = panel + 1 < panels
                let most = isPair ? pairPixels : tilePixels
                for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: most) {
                    let count = min(most, pixels.upperBound - first)
                    // Rows beyond the last pixel compute its sums again.
                    for row in 0..<most {
                        scratch.windows[row] = Int(c.offsets[first + min(row, count - 1)])
                    }
                    let work = scratch.work(c, panel: panel)
                    switch (isPair, c.isNarrow) {
                    case (true, true): narrowPair(work)
                    case (true, false): pair(work)
                    case (false, true): narrowTile(work)
                    case (false, false): tile(work)
                    }
                    for row in 0..<count {
                        c.finish(scratch.sums(row), pixel: first + row, panel: panel)
                        guard isPair else { continue }
                        c.finish(
                            scratch.sums(pairPixels + row), pixel: first + row, panel: panel + 1)
                    }
                }
            }
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

/// Memory for the pixels of a tile and for what it comes to.
private struct TileScratch {
    let windows: UnsafeMutablePointer<Int>
    private let memory: UnsafeMutableRawPointer

    /// Calls `body` with memory on the stack.
    static func with(_ body: (TileScratch) -> Void) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 16) { windows in
            withUnsafeTemporaryAllocation(byteCount: 16 * sumBytes, alignment: 64) { memory in
                guard let windows = windows.baseAddress, let memory = memory.baseAddress else {
                    return
                }
                body(TileScratch(windows: windows, memory: memory))
            }
        }
    }

    /// The sums of a panel.
    private static let sumBytes = Layout.panel * 4

    func sums(_ row: Int) -> Sums { loadSums(memory + row * Self.sumBytes) }

    func work(_ c: IntegerCorrelation, panel: Int) -> TileWork {
        let panelBytes = c.lines * c.quadsInLine * Layout.panel * IntegerLayout.quad
        return TileWork(
            windows: windows, input: UnsafeRawPointer(c.input),
            weights: UnsafeRawPointer(c.weights + panel * panelBytes), panelBytes: panelBytes,
            lines: c.lines, lineBytes: c.lineBytes, quads: c.quadsInLine,
            start: UnsafeRawPointer(c.start + panel * Layout.panel), sums: memory)
    }
}
