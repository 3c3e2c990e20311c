import Loops

extension VectorLoops {
    public static func multiply(
        _ p: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer
    ) {
        TileScratch.with { tiles in
            for k in stride(from: 0, to: p.depth, by: Product.packedDepth) {
                let depths = k..<min(p.depth, k + Product.packedDepth)
                var j = columns.lowerBound
                while j < columns.upperBound {
                    let part = j..<min(columns.upperBound, j + Product.packedColumns)
                    pack(p, depths, columns: part, into: scratch)
                    multiply(p, rows, depths, part, packed: scratch, tiles)
                    j = part.upperBound
                }
            }
        }
    }

    /// All rows times the packed columns.
    private static func multiply(
        _ p: Product, _ rows: Range<Int>, _ depths: Range<Int>, _ columns: Range<Int>,
        packed: Pointer, _ tiles: TileScratch
    ) {
        let packedRows = packed + Product.packedDepth * (Product.packedColumns + width)
        let isAdding = p.isAdding || depths.lowerBound > 0
        var i = rows.lowerBound
        while i < rows.upperBound {
            let count = min(tileRows, rows.upperBound - i)
            var block = p.a + i * p.aRow + depths.lowerBound * p.aColumn
            let isContiguous = p.aColumn == 1
            for r in 0..<tileRows {
                tiles.rows[r] = isContiguous ? min(r, count - 1) * p.aRow : r
            }
            if !isContiguous {
                pack(p, row: block, count: count, depth: depths.count, into: packedRows)
                block = packedRows
            }
            let step = isContiguous ? 1 : tileRows
            let target = p.c + i * p.cRow + columns.lowerBound
            var panel = packed
            forEachVector(columns.count) { column, lanes in
                tile(
                    block, tiles.rows, aStep: step, aSegment: 0, panel, bStep: width, bSegment: 0,
                    segments: 1, count: depths.count, into: tiles.sums)
                panel += depths.count * width
                for r in 0..<count {
                    let place = target + r * p.cRow + column
                    let sum = load(tiles.sums + r * width)
                    store(isAdding ? sum + load(place) : sum, place, first: lanes)
                }
            }
            i += tileRows
        }
    }

    /// Columns of b as panels of depth × 16; what is missing in the last stays undefined.
    private static func pack(
        _ p: Product, _ depths: Range<Int>, columns: Range<Int>, into packed: Pointer
    ) {
        var panel = packed
        forEachVector(columns.count) { column, lanes in
            let source =
                p.b + depths.lowerBound * p.bRow + (columns.lowerBound + column) * p.bColumn
            if p.bColumn == 1 {
                for k in 0..<depths.count { store(load(source + k * p.bRow), panel + k * width) }
            } else {
                for lane in 0..<lanes {
                    let column = source + lane * p.bColumn
                    for k in 0..<depths.count { panel[k * width + lane] = column[k * p.bRow] }
                }
            }
            panel += depths.count * width
        }
    }

    /// Rows of a as depth × tile rows; what is missing stays undefined.
    private static func pack(
        _ p: Product, row: Pointer, count: Int, depth: Int, into packed: Pointer
    ) {
        if p.aRow == 1 {
            for k in 0..<depth { store(load(row + k * p.aColumn), packed + k * tileRows) }
        } else {
            for r in 0..<count {
                let source = row + r * p.aRow
                for k in 0..<depth { packed[k * tileRows + r] = source[k * p.aColumn] }
            }
        }
    }
}
