import Loops

/// Terms of a product from which on its operands are asked for before they are read: what takes
/// less time than memory does gains nothing from it.
private let fetchedDepth = 128

extension VectorLoops {
    /// Packs parts of b that stay in the cache, and multiplies all rows of a by each.
    public static func multiply(
        _ p: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer
    ) {
        let packedRows = scratch + Product.packedDepth * (Product.packedColumns + Layout.slack)
        var part = FactorPart(p, 0, columns.lowerBound, of: columns)
        while let now = part {
            part = now.next(p, of: columns)
            packPanels(p, now.depths, now.columns, into: scratch)
            ProductBlock(
                p, depths: now.depths, columns: now.columns, packed: scratch,
                panelStep: now.depths.count * Panel.width, packedRows: packedRows
            ).multiply(rows, before: part)
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

/// A part of a right factor that is packed at once.
private struct FactorPart {
    let depths: Range<Int>
    let columns: Range<Int>

    /// The part from a term and a column on; nil behind the last.
    init?(_ p: Product, _ k: Int, _ j: Int, of columns: Range<Int>) {
        guard k < p.depth, j < columns.upperBound else { return nil }
        depths = k..<min(p.depth, k + Product.packedDepth)
        self.columns = j..<min(columns.upperBound, j + Product.packedColumns)
    }

    /// The one that comes after it.
    func next(_ p: Product, of all: Range<Int>) -> FactorPart? {
        FactorPart(p, depths.lowerBound, columns.upperBound, of: all)
            ?? FactorPart(p, depths.upperBound, all.lowerBound, of: all)
    }

    /// Its memory, to be asked for in some steps.
    func memory(_ p: Product, steps: Int) -> MemoryAhead {
        MemoryAhead(
            p.b + depths.lowerBound * p.bRow + columns.lowerBound * p.bColumn,
            rows: depths.count, rowStep: p.bRow, columns: columns.count, columnStep: p.bColumn,
            steps: steps)
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

    /// A chunk of rows that stays in the cache at a time: its blocks times one panel after another,
    /// each of which stays in the nearest cache.
    ///
    /// - Parameter next: what is packed after it.
    func multiply(_ rows: Range<Int>, before next: FactorPart? = nil) {
        let sumsRows = p.rowSums != nil && columns.lowerBound == 0
        let isDirect = p.aColumn == 1 && !sumsRows
        let chunk = Product.packedRows / panelRows * panelRows
        let panels = columns.count / Panel.width
        var plan: MemoryPlan?
        if depths.count >= fetchedDepth {
            let tiles = max(1, rows.count / panelRows * panels)
            plan = MemoryPlan(next: nil, later: next?.memory(p, steps: tiles))
        }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: chunk) {
            let count = min(chunk, rows.upperBound - first)
            if !isDirect { packRows(first, count) }
            if sumsRows { sumRows(first, count) }
            let steps = max(1, count / panelRows * panels)
            if first + count < rows.upperBound {
                let rest = first + count..<min(first + count + chunk, rows.upperBound)
                plan?.next = memory(of: rest, depths, steps: steps)
            } else if let next, next.depths != depths {
                let begin = rows.lowerBound..<min(rows.lowerBound + chunk, rows.upperBound)
                plan?.next = memory(of: begin, next.depths, steps: steps)
            }
            let tile = PanelTile(
                a: isDirect ? p.a + first * p.aRow + depths.lowerBound : packedRows,
                aRow: isDirect ? p.aRow : 1, aStep: isDirect ? 1 : panelRows, b: packed,
                depth: depths.count, target: p.c, targetRow: p.cRow)
            multiply(
                tile, aTile: isDirect ? panelRows * p.aRow : blockSize, first..<first + count,
                &plan)
        }
    }

    /// The memory of rows, to be asked for in some steps.
    private func memory(of rows: Range<Int>, _ depths: Range<Int>, steps: Int) -> MemoryAhead {
        MemoryAhead(
            p.a + rows.lowerBound * p.aRow + depths.lowerBound * p.aColumn,
            rows: rows.count, rowStep: p.aRow, columns: depths.count, columnStep: p.aColumn,
            steps: steps)
    }

    /// Some rows times every packed panel.
    private func multiply(
        _ tile: PanelTile, aTile: Int, _ rows: Range<Int>, _ plan: inout MemoryPlan?
    ) {
        let target = p.c + rows.lowerBound * p.cRow + columns.lowerBound
        let adds = p.isAdding || !isFirst
        let start = adds ? target : p.bias.map { $0 + columns.lowerBound }
        var tile = tile
        tile.startRow = adds ? p.cRow : 0
        for column in stride(from: 0, to: columns.count, by: Panel.width) {
            tile.b = packed + column / Panel.width * panelStep
            tile.start = start.map { $0 + column }
            tile.target = target + column
            let lanes = columns.count - column
            if lanes >= Panel.width {
                tile.multiply(rows: rows.count, aTile: aTile, &plan)
            } else {
                multiply(tile, aTile: aTile, rows.count, lanes: lanes)
            }
        }
        if isLast, let activation = p.activation {
            let offset = target - p.c
            for i in 0..<rows.count {
                VectorLoops.map(
                    activation.function, target + i * p.cRow,
                    activation.target + offset + i * p.cRow, count: columns.count)
            }
        }
    }

    /// Tiles of which only the first columns count; no memory beyond them is written.
    private func multiply(_ tile: PanelTile, aTile: Int, _ rows: Int, lanes: Int) {
        for row in stride(from: 0, to: rows, by: panelRows) {
            var tile = tile
            tile.a += row / panelRows * aTile
            tile.start = tile.start.map { $0 + row * tile.startRow }
            multiply(
                tile, min(panelRows, rows - row), into: tile.target + row * p.cRow, lanes: lanes)
        }
    }

    /// A tile of which only the first columns count.
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

    /// Adds up the terms of packed rows: those of some blocks side by side, since a sum waits for
    /// the one before.
    private func sumRows(_ first: Int, _ count: Int) {
        guard let target = p.rowSums else { return }
        for start in stride(from: 0, to: count, by: 4 * panelRows) {
            let block = packedRows + start / panelRows * blockSize
            var sums = InlineArray<4, HalfVector>(repeating: .zero)
            for k in 0..<depths.count {
                for i in 0..<4 { sums[i] += load8(block + i * blockSize + k * panelRows) }
            }
            for row in start..<min(count, start + 4 * panelRows) {
                let (i, lane) = (row - start).quotientAndRemainder(dividingBy: panelRows)
                target[first + row] = isFirst ? sums[i][lane] : sums[i][lane] + target[first + row]
            }
        }
    }
}
