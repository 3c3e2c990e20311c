import Loops

extension VectorLoops {
    /// Tiles of windows times panels of weights.
    public static func correlate(_ c: Correlation) {
        TileScratch.with { correlate(c, $0) }
    }

    private static func correlate(_ c: Correlation, _ scratch: TileScratch) {
        let w = c.windows
        let pixels = w.images * w.outputHeight * w.outputWidth
        let panel = w.segments * w.run * width
        var place = PixelWalk(w)
        var first = 0
        while first < pixels {
            let count = min(tileRows, pixels - first)
            for r in 0..<tileRows {
                scratch.rows[r] =
                    place.image * w.imageStep + place.y * w.lineStep + place.x * w.pixelStep
                scratch.targets[r] =
                    place.image * c.targetImage + place.y * c.targetLine + place.x * c.targetPixel
                if r + 1 < count || first + tileRows < pixels { place.advance() }
            }
            var weights = c.weights
            forEachVector(c.filters) { filter, lanes in
                if w.isFar { prefetchNext(c, filter, scratch) }
                correlate(w, weights, scratch)
                weights += panel
                for r in 0..<count {
                    store(
                        load(scratch.sums + r * width),
                        c.target + scratch.targets[r] + filter, first: lanes)
                }
            }
            first += tileRows
        }
    }

    /// Asks for what the next tile reads and writes, as far as it corresponds to a panel.
    @inline(__always)
    private static func prefetchNext(_ c: Correlation, _ filter: Int, _ scratch: TileScratch) {
        let (ahead, write) = (tileRows * c.windows.pixelStep, tileRows * c.targetPixel + filter)
        for r in 0..<tileRows {
            prefetchToWrite(c.target + scratch.targets[r] + write, count: 1)
            if filter < c.windows.run {
                prefetch(c.windows.source + scratch.rows[r] + ahead + filter, count: 1)
            }
        }
    }

    /// A tile of windows times one panel. Long sums are made of shorter ones, so that rounding
    /// errors grow more slowly.
    @inline(__always)
    private static func correlate(_ w: Windows, _ weights: Pointer, _ scratch: TileScratch) {
        if w.segments * w.run <= longestSum {
            tile(
                w.source, scratch.rows, aStep: 1, aSegment: w.segmentStep, weights, bStep: width,
                bSegment: w.run * width, segments: w.segments, count: w.run, into: scratch.sums)
            return
        }
        for segment in 0..<w.segments {
            var start = 0
            while start < w.run {
                tile(
                    w.source + segment * w.segmentStep + start, scratch.rows, aStep: 1,
                    aSegment: 0, weights + (segment * w.run + start) * width, bStep: width,
                    bSegment: 0, segments: 1, count: min(longestSum, w.run - start),
                    into: scratch.sums, isAdding: segment + start > 0)
                start += longestSum
            }
        }
    }

    /// The transpose of some lines' windows times the gradients in their output pixels.
    public static func correlateWeights(_ c: WeightCorrelation) {
        let w = c.windows
        // So few lines at a time that the first cache holds their pixels.
        let lines = max(1, 96 / w.outputWidth)
        TileScratch.with { scratch in
            for image in 0..<w.images {
                for line in stride(from: 0, to: w.outputHeight, by: lines) {
                    let block = line..<min(w.outputHeight, line + lines)
                    var ahead = Ahead(c, image, block)
                    for segment in 0..<w.segments {
                        correlateWeights(c, image, block, segment, scratch, &ahead)
                    }
                }
            }
        }
    }

    private static func correlateWeights(
        _ c: WeightCorrelation, _ image: Int, _ lines: Range<Int>, _ segment: Int,
        _ scratch: TileScratch, _ ahead: inout Ahead
    ) {
        let w = c.windows
        let source =
            w.source + image * w.imageStep + lines.lowerBound * w.lineStep + segment * w.segmentStep
        let gradient =
            c.gradient + (image * w.outputHeight + lines.lowerBound) * w.outputWidth * c.filters
        addTransposedProduct(
            source, aStep: w.pixelStep, aSegment: w.lineStep, gradient,
            bSegment: w.outputWidth * c.filters, segments: lines.count, count: w.outputWidth,
            rows: w.run, filters: c.filters, to: c.target + segment * w.run * c.filters, scratch
        ) { ahead.prefetchPart() }
    }
}

extension VectorLoops {
    /// Copies the segments of each window to one place: windows × (segments · run).
    ///
    /// Runs are shorter than a vector: each is copied as one, and what is too much is overwritten.
    public static func unfold(_ windows: Windows, into target: Pointer) {
        var (target, place) = (target, PixelWalk(windows))
        for _ in 0..<windows.images * windows.outputHeight * windows.outputWidth {
            var source =
                windows.source + place.image * windows.imageStep + place.y * windows.lineStep
                + place.x * windows.pixelStep
            for _ in 0..<windows.segments {
                store(load(source), target)
                source += windows.segmentStep
                target += windows.run
            }
            place.advance()
        }
    }
}

/// Walks over output pixels: along lines, down images, from image to image.
private struct PixelWalk {
    private let (height, width): (Int, Int)
    private(set) var (image, y, x) = (0, 0, 0)

    init(_ windows: Windows) {
        (height, width) = (windows.outputHeight, windows.outputWidth)
    }

    @inline(__always)
    mutating func advance() {
        x += 1
        guard x == width else { return }
        x = 0
        y += 1
        guard y == height else { return }
        y = 0
        image += 1
    }
}

/// What follows a block of lines: asked for in as many parts as the block has tiles.
private struct Ahead {
    private var source: Pointer
    private var gradient: Pointer
    private let sourcePart: Int
    private let gradientPart: Int

    init(_ c: WeightCorrelation, _ image: Int, _ block: Range<Int>) {
        let w = c.windows
        let tiles =
            c.filters.isMultiple(of: Panel.width)
            ? w.segments * ((w.run + panelRows - 1) / panelRows) * (c.filters / Panel.width)
            : w.segments * ((w.run + columnRows - 1) / columnRows) * Layout.panels(c.filters)
        source = w.source + image * w.imageStep + block.upperBound * w.lineStep
        gradient =
            c.gradient + (image * w.outputHeight + block.upperBound) * w.outputWidth * c.filters
        func part(_ count: Int) -> Int { (count / tiles + width - 1) / width * width }
        sourcePart = w.isFar ? part(block.count * w.lineStep) : 0
        gradientPart = part(block.count * w.outputWidth * c.filters)
    }

    @inline(__always)
    mutating func prefetchPart() {
        prefetch(source, count: sourcePart)
        prefetch(gradient, count: gradientPart)
        source += sourcePart
        gradient += gradientPart
    }
}
