import Loops

extension VectorLoops {
    /// Packs parts of b that stay in the cache, and multiplies all rows of a by each.
    public static func multiply(
        _ p: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer
    ) {
        let packedRows = scratch + Product.packedDepth * (Product.packedColumns + Layout.slack)
        for k in stride(from: 0, to: p.depth, by: Product.packedDepth) {
            let depths = k..<min(p.depth, k + Product.packedDepth)
            for j in stride(
                from: columns.lowerBound, to: columns.upperBound, by: Product.packedColumns)
            {
                let part = j..<min(columns.upperBound, j + Product.packedColumns)
                packPanels(p, depths, part, into: scratch)
                ProductBlock(
                    p, depths: depths, columns: part, packed: scratch,
                    panelStep: depths.count * Panel.width, packedRows: packedRows
                ).multiply(rows)
            }
        }
    }

    /// Columns of b as panels of depth × panel; what is missing in the last stays undefined.
    fileprivate static func packPanels(
        _ p: Product, _ depths: Range<Int>, _ columns: Range<Int>, into packed: Pointer
    ) {
        let source = p.b + depths.lowerBound * p.bRow + columns.lowerBound * p.bColumn
        let panelSize = depths.count * Panel.width
        if p.bColumn == 1 {
            for k in 0..<depths.count {
                let (row, target) = (source + k * p.bRow, packed + k * Panel.width)
                for j in stride(from: 0, to: columns.count, by: width) {
                    let place = j / Panel.width * panelSize + j % Panel.width
                    store(load(row + j), target + place)
                }
            }
        } else {
            for j in stride(from: 0, to: columns.count, by: Panel.width) {
                transpose(
                    source + j * p.bColumn, rows: min(Panel.width, columns.count - j),
                    rowStep: p.bColumn, columns: depths.count, columnStep: p.bRow,
                    into: packed + j / Panel.width * panelSize, targetStep: Panel.width)
            }
        }
    }
}

/// The right factor of several products, packed once: each takes its first rows and columns.
struct PackedFactor {
    private let panels: Pointer
    private let panelStep: Int

    /// Packs b of a product, its whole depth and some columns.
    ///
    /// - Parameter memory: has room for `Product.packed(depth:columns:)` floats.
    init(_ p: Product, columns: Int, into memory: Pointer) {
        panels = memory
        panelStep = p.depth * Panel.width
        VectorLoops.packPanels(p, 0..<p.depth, 0..<columns, into: memory)
    }

    /// A product of the packed matrix, in place of its own b.
    ///
    /// - Parameter scratch: has room for `Product.scratch` floats.
    func multiply(_ p: Product, rows: Int, columns: Int, scratch: Pointer) {
        for k in stride(from: 0, to: p.depth, by: Product.packedDepth) {
            for j in stride(from: 0, to: columns, by: Product.packedColumns) {
                ProductBlock(
                    p, depths: k..<min(p.depth, k + Product.packedDepth),
                    columns: j..<min(columns, j + Product.packedColumns),
                    packed: panels + j / Panel.width * panelStep + k * Panel.width,
                    panelStep: panelStep, packedRows: scratch
                ).multiply(0..<rows)
            }
        }
    }
}

/// All rows of a product times one packed part of b.
private struct ProductBlock {
    private let p: Product
    private let depths: Range<Int>
    private let columns: Range<Int>
    private let packed: Pointer
    /// Floats from one packed panel to the next.
    private let panelStep: Int
    private let packedRows: Pointer
    /// Floats of a block of packed rows, and room for the last vector that is stored into it.
    private let blockSize: Int
    private let isFirst: Bool
    private let isLast: Bool

    /// - Parameter packedRows: memory for rows of a.
    init(
        _ p: Product, depths: Range<Int>, columns: Range<Int>, packed: Pointer, panelStep: Int,
        packedRows: Pointer
    ) {
        self.p = p
        self.depths = depths
        self.columns = columns
        self.packed = packed
        self.panelStep = panelStep
        self.packedRows = packedRows
        blockSize = depths.count * panelRows + width
        isFirst = depths.lowerBound == 0
        isLast = depths.upperBound == p.depth
    }

    func multiply(_ rows: Range<Int>) {
        let sumsRows = p.rowSums != nil && columns.lowerBound == 0
        let isDirect = p.aColumn == 1 && !sumsRows
        let chunk = Product.packedRows / panelRows * panelRows
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: chunk) {
            let count = min(chunk, rows.upperBound - first)
            if !isDirect { packRows(first, count) }
            for start in stride(from: 0, to: count, by: panelRows) {
                let row = first + start
                let height = min(panelRows, count - start)
                let block = packedRows + start / panelRows * blockSize
                if sumsRows { sumRows(block, row, height) }
                multiply(
                    isDirect ? p.a + row * p.aRow + depths.lowerBound : block,
                    aRow: isDirect ? p.aRow : 1, aStep: isDirect ? 1 : panelRows,
                    row: row, height: height)
            }
        }
    }

    /// A few rows times every packed panel.
    private func multiply(_ a: Pointer, aRow: Int, aStep: Int, row: Int, height: Int) {
        let target = p.c + row * p.cRow + columns.lowerBound
        let adds = p.isAdding || !isFirst
        let start = adds ? target : p.bias.map { $0 + columns.lowerBound }
        let panels = columns.count / Panel.width
        var tile = PanelTile(
            a: a, aRow: aRow, aStep: aStep, b: packed, panels: panels, panelStep: panelStep,
            depth: depths.count, start: start, startRow: adds ? p.cRow : 0, target: target,
            targetRow: p.cRow)
        tile.multiply(rows: height)
        let whole = panels * Panel.width
        if whole < columns.count {
            tile.b += panels * panelStep
            tile.start = start.map { $0 + whole }
            tile.panels = 1
            multiply(tile, height, into: target + whole, lanes: columns.count - whole)
        }
        if isLast, let activation = p.activation {
            let offset = target - p.c
            for i in 0..<height {
                VectorLoops.map(
                    activation.function, target + i * p.cRow,
                    activation.target + offset + i * p.cRow, count: columns.count)
            }
        }
    }

    /// A tile of which only the first columns count; no memory beyond them is written.
    ///
    /// Whole vectors begin with `start` and a last incomplete one adds it at the end, whatever the
    /// width of a panel: both instruction sets add the same numbers in the same order.
    private func multiply(_ tile: PanelTile, _ height: Int, into target: Pointer, lanes: Int) {
        let size = panelRows * Panel.width
        withUnsafeTemporaryAllocation(byteCount: size * 4, alignment: 64) { memory in
            guard let base = memory.baseAddress else { return }
            let sums = base.bindMemory(to: Float.self, capacity: size)
            let whole = lanes / width * width
            let (start, startRow) = (tile.start, tile.startRow)
            var tile = tile
            (tile.start, tile.target, tile.targetRow) = (nil, sums, Panel.width)
            if let start, whole > 0 {
                for i in 0..<height {
                    for lane in stride(from: 0, to: Panel.width, by: width) {
                        let begins = lane < whole
                        store(
                            begins ? load(start + i * startRow + lane) : .zero,
                            sums + i * Panel.width + lane)
                    }
                }
                (tile.start, tile.startRow) = (sums, Panel.width)
            }
            tile.multiply(rows: height)
            for i in 0..<height {
                forEachVector(lanes) { lane, count in
                    let sum = load(sums + i * Panel.width + lane)
                    let before = start.map { load($0 + i * startRow + lane) } ?? .zero
                    store(
                        lane < whole ? sum : before + sum, target + i * p.cRow + lane,
                        first: count)
                }
            }
        }
    }

    /// Rows of a as blocks of depth × tile rows; what is missing stays undefined.
    private func packRows(_ first: Int, _ count: Int) {
        let source = p.a + first * p.aRow + depths.lowerBound * p.aColumn
        if p.aRow == 1 {
            for k in 0..<depths.count {
                let column = source + k * p.aColumn
                for start in stride(from: 0, to: count, by: panelRows) {
                    store(
                        load8(column + start),
                        packedRows + start / panelRows * blockSize + k * panelRows)
                }
            }
            return
        }
        for start in stride(from: 0, to: count, by: panelRows) {
            transpose(
                source + start * p.aRow, rows: min(panelRows, count - start), rowStep: p.aRow,
                columns: depths.count, columnStep: p.aColumn,
                into: packedRows + start / panelRows * blockSize, targetStep: panelRows)
        }
    }

    private func sumRows(_ block: Pointer, _ row: Int, _ height: Int) {
        guard let target = p.rowSums else { return }
        var sums = Vector.zero
        for k in 0..<depths.count { sums += load(block + k * panelRows) }
        if !isFirst { sums += load(target + row) }
        store(sums, target + row, first: height)
    }
}
