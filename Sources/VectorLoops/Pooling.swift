import Loops

extension VectorLoops {
    /// Pools some images.
    public static func maxPool(_ pool: Pool, images: Range<Int>) {
        forEachWindow(pool, images) { window, pixels, output, lanes in
            var best = load(pixels + window.first)
            window.forEachPixel { place in
                let x = load(pixels + place)
                best = select(x .> best, x, best)
            }
            store(best, pool.y + output, first: lanes)
        }
    }

    /// Each upstream value goes to the first pixel that is as large as the output.
    public static func maxPoolGradient(_ pool: Pool, images: Range<Int>) {
        if pool.isPartition {
            spread(pool, images) { part, place, lanes in store(part, place, first: lanes) }
        } else {
            spread(pool, images) { part, place, lanes in
                store(load(place) + part, place, first: lanes)
            }
        }
    }

    @inline(__always)
    private static func spread(
        _ pool: Pool, _ images: Range<Int>, _ write: (Vector, Pointer, Int) -> Void
    ) {
        forEachWindow(pool, images) { window, pixels, output, lanes in
            let gradients = pool.d + (pixels - pool.x)
            let y = load(pool.y + output)
            var rest = load(pool.g + output)
            window.forEachPixel { place in
                let hits = load(pixels + place) .== y
                write(select(hits, rest, .zero), gradients + place, lanes)
                rest = select(hits, .zero, rest)
            }
        }
    }

    /// Every window inside the image: its pixels' floats from the image's, and the output's place.
    @inline(__always)
    private static func forEachWindow(
        _ p: Pool, _ images: Range<Int>,
        _ body: (_ window: PoolWindow, _ pixels: Pointer, _ output: Int, _ lanes: Int) -> Void
    ) {
        for image in images {
            let start = p.x + image * p.height * p.width * p.channels
            for oy in 0..<p.outputHeight {
                let top = oy * p.stride - p.padding
                for ox in 0..<p.outputWidth {
                    let left = ox * p.stride - p.padding
                    let window = PoolWindow(
                        rows: max(0, top)..<min(p.height, top + p.kernelHeight),
                        columns: max(0, left)..<min(p.width, left + p.kernelWidth),
                        lineStep: p.width * p.channels, pixelStep: p.channels)
                    let output = ((image * p.outputHeight + oy) * p.outputWidth + ox) * p.channels
                    forEachVector(p.channels) { channel, lanes in
                        body(window, start + channel, output + channel, lanes)
                    }
                }
            }
        }
    }
}

/// The part of a window that lies inside its image.
private struct PoolWindow {
    let rows: Range<Int>
    let columns: Range<Int>
    let lineStep: Int
    let pixelStep: Int

    var first: Int { rows.lowerBound * lineStep + columns.lowerBound * pixelStep }

    @inline(__always)
    func forEachPixel(_ body: (_ place: Int) -> Void) {
        for y in rows {
            for x in columns { body(y * lineStep + x * pixelStep) }
        }
    }
}
