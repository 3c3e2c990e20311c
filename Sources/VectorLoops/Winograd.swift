import Loops

extension VectorLoops {
    /// Transforms some tiles, multiplies them by the weights, and transforms the products back.
    public static func correlateWinograd(_ c: WinogradCorrelation, scratch: Pointer) {
        let (windows, products) = (scratch, scratch + positions * c.step(c.channels))
        TileScratch.with { tileScratch in
            forEachBlock(c, scratch) { tiles, room in
                for (place, tile) in tiles.enumerated() {
                    transformWindow(
                        c, tile, room, into: windows + place * c.channels,
                        step: c.step(c.channels))
                    prefetchWindow(c, tile + tiles.count)
                    prefetchTile(c, tile, toWrite: true)
                }
                for position in 0..<positions {
                    multiply(
                        c, windows + position * c.step(c.channels), tiles.count, position,
                        into: products + position * c.step(c.filters), tileScratch.rows)
                }
                for (place, tile) in tiles.enumerated() {
                    restoreTile(
                        c, tile, room, products + place * c.filters, step: c.step(c.filters))
                }
            }
        }
    }

    /// Transforms some tiles and the gradients in them, and adds up their products.
    public static func correlateWinogradWeights(_ c: WinogradCorrelation, scratch: Pointer) {
        let (windows, gradients) = (scratch, scratch + positions * c.step(c.channels))
        TileScratch.with { tileScratch in
            forEachBlock(c, scratch) { tiles, room in
                for (place, tile) in tiles.enumerated() {
                    transformWindow(
                        c, tile, room, into: windows + place * c.channels,
                        step: c.step(c.channels))
                    transformTile(
                        c, tile, room, into: gradients + place * c.filters,
                        step: c.step(c.filters))
                    prefetchWindow(c, tile + tiles.count)
                    prefetchTile(c, tile + tiles.count, toWrite: false)
                }
                for position in 0..<positions {
                    addProduct(
                        c, windows + position * c.step(c.channels),
                        gradients + position * c.step(c.filters), tiles.count,
                        to: c.weights + position * c.channels * c.filters, tileScratch)
                }
            }
        }
    }

    private static var positions: Int { WinogradCorrelation.positions }

    /// Calls `body` with tiles that are worked on at once.
    @inline(__always)
    private static func forEachBlock(
        _ c: WinogradCorrelation, _ scratch: Pointer, _ body: (Range<Int>, Room) -> Void
    ) {
        let lines = scratch + positions * (c.step(c.channels) + c.step(c.filters))
        let room = Room(lines: Lines(start: lines), zeros: lines + positions * width)
        room.zeros.update(repeating: 0, count: max(c.channels, c.filters))
        var first = 0
        while first < c.tiles {
            let end = min(c.tiles, first + c.tilesAtOnce)
            body(first..<end, room)
            first = end
        }
    }

    /// Asks for those pixels of a window that no other tile's window has in its middle.
    @inline(__always)
    private static func prefetchWindow(_ c: WinogradCorrelation, _ tile: Int) {
        guard tile < (c.isFollowed ? 2 * c.tiles : c.tiles) else { return }
        let place = TilePlace(c, tile)
        // An output that is larger than its input has tiles beyond it.
        let columns = min(c.tile, c.width - place.x)
        guard columns > 0, place.y < c.height else { return }
        for y in place.y..<min(place.y + c.tile, c.height) {
            let line = (place.image * c.height + y) * c.width + place.x
            prefetch(c.source + line * c.channels, count: columns * c.channels)
        }
    }

    /// Asks for the output pixels of a tile.
    @inline(__always)
    private static func prefetchTile(_ c: WinogradCorrelation, _ tile: Int, toWrite: Bool) {
        guard tile < c.tiles else { return }
        let place = TilePlace(c, tile)
        let count = min(c.tile, c.outputWidth - place.x) * c.filters
        for y in 0..<min(c.tile, c.outputHeight - place.y) {
            let line = place.target(c, y)
            if toWrite {
                prefetchToWrite(line, count: count)
            } else {
                prefetch(line, count: count)
            }
        }
    }

    /// All windows of a position times its weights.
    @inline(never)
    private static func multiply(
        _ c: WinogradCorrelation, _ windows: Pointer, _ count: Int, _ position: Int,
        into products: Pointer, _ rows: RowOffsets
    ) {
        let weights = c.weights + position * c.channels * c.filters
        guard panelWidth(c.filters) == Panel.width else {
            multiplyNarrow(c, windows, count, weights, into: products, rows)
            return
        }
        for first in stride(from: 0, to: count, by: panelRows) {
            for filter in stride(from: 0, to: c.filters, by: Panel.width) {
                PanelTile(
                    a: windows + first * c.channels, aRow: c.channels, aStep: 1,
                    b: weights + filter * c.channels, depth: c.channels,
                    target: products + first * c.filters + filter, targetRow: c.filters
                ).multiply(rows: min(panelRows, count - first))
            }
        }
    }

    /// The same for filters that fill no whole panels.
    private static func multiplyNarrow(
        _ c: WinogradCorrelation, _ windows: Pointer, _ count: Int, _ weights: Pointer,
        into products: Pointer, _ rows: RowOffsets
    ) {
        for r in 0..<tileRows { rows[r] = r * c.channels }
        for first in stride(from: 0, to: count, by: tileRows) {
            for filter in stride(from: 0, to: c.filters, by: width) {
                tile(
                    windows + first * c.channels, rows, aStep: 1, aSegment: 0,
                    weights + filter * c.channels, bStep: width, bSegment: 0, segments: 1,
                    count: c.channels, into: products + first * c.filters + filter,
                    resultStep: c.filters)
            }
        }
    }

    /// Adds windowsᵀ · gradients of a position.
    @inline(never)
    private static func addProduct(
        _ c: WinogradCorrelation, _ windows: Pointer, _ gradients: Pointer, _ count: Int,
        to weights: Pointer, _ scratch: TileScratch
    ) {
        addTransposedProduct(
            windows, aStep: c.channels, aSegment: 0, gradients, bSegment: 0, segments: 1,
            count: count, rows: c.channels, filters: c.filters, to: weights, scratch)
    }

    /// The transform of a tile's window, at every position.
    @inline(never)
    private static func transformWindow(
        _ c: WinogradCorrelation, _ tile: Int, _ room: Room, into target: Pointer, step: Int
    ) {
        let place = TilePlace(c, tile)
        let (top, left) = (place.y - c.padding, place.x - c.padding)
        let lines = room.lines
        let image = c.source + place.image * c.height * c.width * c.channels
        for channel in stride(from: 0, to: c.channels, by: width) {
            for y in 0..<6 {
                let isInside = top + y >= 0 && top + y < c.height
                let line = image + ((top + y) * c.width + left) * c.channels + channel
                @inline(__always)
                func pixel(_ x: Int) -> Vector {
                    load(
                        isInside && left + x >= 0 && left + x < c.width
                            ? line + x * c.channels : room.zeros)
                }
                lines.set(
                    windowTransform(
                        (pixel(0), pixel(1), pixel(2), pixel(3), pixel(4), pixel(5))),
                    from: y * 6)
            }
            for x in 0..<6 {
                store(
                    windowTransform(lines.six(from: x, step: 6)), target + x * step + channel,
                    step: 6 * step)
            }
        }
    }

    /// The output pixels of a tile, from every position.
    @inline(never)
    private static func restoreTile(
        _ c: WinogradCorrelation, _ tile: Int, _ room: Room, _ products: Pointer, step: Int
    ) {
        if c.tile == 4 {
            restoreTile(of: 4, c, tile, room, products, step: step)
        } else {
            restoreTile(of: 2, c, tile, room, products, step: step)
        }
    }

    /// - Parameter side: of the tile, known where this is compiled.
    @inline(__always)
    private static func restoreTile(
        of side: Int, _ c: WinogradCorrelation, _ tile: Int, _ room: Room, _ products: Pointer,
        step: Int
    ) {
        let (place, lines) = (TilePlace(c, tile), room.lines)
        let columns = min(side, c.outputWidth - place.x)
        for filter in stride(from: 0, to: c.filters, by: width) {
            for x in 0..<6 {
                let column = tileLine(
                    loadSix(products + x * step + filter, step: 6 * step), side: side)
                for y in 0..<side { lines[y * 6 + x] = column[y] }
            }
            for y in 0..<min(side, c.outputHeight - place.y) {
                let line = tileLine(lines.six(from: y * 6, step: 1), side: side)
                let target = place.target(c, y) + filter
                for x in 0..<side where x < columns { store(line[x], target + x * c.filters) }
            }
        }
    }

    /// The transform of a tile of output pixels, at every position.
    @inline(never)
    private static func transformTile(
        _ c: WinogradCorrelation, _ tile: Int, _ room: Room, into target: Pointer, step: Int
    ) {
        if c.tile == 4 {
            transformTile(of: 4, c, tile, room, into: target, step: step)
        } else {
            transformTile(of: 2, c, tile, room, into: target, step: step)
        }
    }

    @inline(__always)
    private static func transformTile(
        of side: Int, _ c: WinogradCorrelation, _ tile: Int, _ room: Room, into target: Pointer,
        step: Int
    ) {
        let (place, lines) = (TilePlace(c, tile), room.lines)
        for filter in stride(from: 0, to: c.filters, by: width) {
            for y in 0..<side {
                var pixels = TileLine(repeating: .zero)
                for x in 0..<side { pixels[x] = load(place.pixel(c, y, x, filter, room.zeros)) }
                lines.set(windowLine(pixels, side: side), from: y * 6)
            }
            for x in 0..<6 {
                var column = TileLine(repeating: .zero)
                for y in 0..<side { column[y] = lines[y * 6 + x] }
                store(
                    windowLine(column, side: side), target + x * step + filter, step: 6 * step)
            }
        }
    }
}

/// Memory that transforms need.
private struct Room {
    let lines: Lines
    /// A pixel outside the image.
    let zeros: Pointer
}

/// Vectors between the transform along lines and that along columns.
private struct Lines {
    let start: Pointer

    subscript(place: Int) -> Vector {
        @inline(__always) get { load(start + place * width) }
        @inline(__always) nonmutating set { store(newValue, start + place * width) }
    }

    @inline(__always)
    func six(from place: Int, step: Int) -> Six {
        loadSix(start + place * width, step: step * width)
    }

    @inline(__always)
    func set(_ six: Six, from place: Int) {
        store(six, start + place * width, step: width)
    }
}

/// Where a tile begins.
private struct TilePlace {
    let (image, y, x): (Int, Int, Int)

    @inline(__always)
    init(_ c: WinogradCorrelation, _ tile: Int) {
        let row = tile / c.tileColumns
        image = row / c.tileRows
        y = (row - image * c.tileRows) * c.tile
        x = (tile - row * c.tileColumns) * c.tile
    }

    /// The tile's first pixel of a line.
    @inline(__always)
    func target(_ c: WinogradCorrelation, _ line: Int) -> Pointer {
        c.target + ((image * c.outputHeight + y + line) * c.outputWidth + x) * c.filters
    }

    /// An output pixel, or zeros outside.
    @inline(__always)
    func pixel(
        _ c: WinogradCorrelation, _ line: Int, _ column: Int, _ filter: Int, _ zeros: Pointer
    ) -> Pointer {
        y + line < c.outputHeight && x + column < c.outputWidth
            ? target(c, line) + column * c.filters + filter : zeros
    }
}
