import Loops

/// The rows of a tile's left operand: floats from its base, in memory for ``tile``.
typealias RowOffsets = UnsafeMutablePointer<Int>

/// Terms that are added up one after another.
let longestSum = 384

/// Memory for the rows of a tile and for what it comes to.
struct TileScratch {
    let rows: RowOffsets
    let targets: RowOffsets
    /// Rows × 16.
    let sums: Pointer

    /// Calls `body` with memory on the stack.
    static func with(_ body: (TileScratch) -> Void) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * tileRows) { offsets in
            withUnsafeTemporaryAllocation(
                byteCount: columnRows * width * 4, alignment: 64
            ) { sums in
                guard let rows = offsets.baseAddress, let memory = sums.baseAddress else { return }
                body(
                    TileScratch(
                        rows: rows, targets: rows + tileRows,
                        sums: memory.bindMemory(to: Float.self, capacity: columnRows * width)))
            }
        }
    }
}

/// A tile of a product: for each of its rows i, Σ a(i, k)·b(k) over segments of `count` terms.
///
/// a(i, k) lies at `a + rows[i] + k·aStep`, b(k) is the vector at `b + k·bStep`. The sums stay in
/// registers until the end: inlined into its callers, the compiler would keep them in memory.
@inline(never)
func tile(
    _ a: Pointer, _ rows: RowOffsets, aStep: Int, aSegment: Int,
    _ b: Pointer, bStep: Int, bSegment: Int, segments: Int, count: Int, into result: Pointer,
    resultStep: Int = width, isAdding: Bool = false
) {
    var sums = Accumulators(repeating: .zero)
    var offsets = Offsets(repeating: 0)
    for i in 0..<tileRows { offsets[i] = rows[i] }
    for segment in 0..<segments {
        var a = a + segment * aSegment
        var b = b + segment * bSegment
        for _ in 0..<count {
            let factors = load(b)
            for i in 0..<tileRows {
                sums[i] = sums[i].addingProduct(Vector(repeating: a[offsets[i]]), factors)
            }
            a += aStep
            b += bStep
        }
    }
    for i in 0..<tileRows {
        let place = result + i * resultStep
        store(isAdding ? sums[i] + load(place) : sums[i], place)
    }
}

/// A tile of a product with a transposed left operand: for each of its rows i, Σ a(k, i)·b(k).
///
/// a(k, i) lies at `a + k·aStep + i`, b(k) is the vector at `b + k·bStep`.
@inline(never)
func columnTile(
    _ a: Pointer, aStep: Int, aSegment: Int, _ b: Pointer, bStep: Int, bSegment: Int,
    segments: Int, count: Int, into result: Pointer, resultStep: Int, isAdding: Bool
) {
    var sums = ColumnAccumulators(repeating: .zero)
    for segment in 0..<segments {
        var a = a + segment * aSegment
        var b = b + segment * bSegment
        for _ in 0..<count {
            let factors = load(b)
            for i in 0..<columnRows {
                sums[i] = sums[i].addingProduct(Vector(repeating: a[i]), factors)
            }
            a += aStep
            b += bStep
        }
    }
    for i in 0..<columnRows {
        let place = result + i * resultStep
        store(isAdding ? sums[i] + load(place) : sums[i], place)
    }
}

extension TileScratch {
    /// Adds a tile with a transposed left operand to `rows` × `lanes` floats of a matrix.
    ///
    /// Rows beyond are read, and left out.
    @inline(__always)
    func addColumnTile(
        _ a: Pointer, aStep: Int, aSegment: Int, _ b: Pointer, bStep: Int, bSegment: Int,
        segments: Int, count: Int, to target: Pointer, targetStep: Int, rows: Int, lanes: Int
    ) {
        let isWhole = rows == columnRows && lanes == width
        columnTile(
            a, aStep: aStep, aSegment: aSegment, b, bStep: bStep, bSegment: bSegment,
            segments: segments, count: count, into: isWhole ? target : sums,
            resultStep: isWhole ? targetStep : width, isAdding: isWhole)
        guard !isWhole else { return }
        for r in 0..<rows {
            let place = target + r * targetStep
            store(load(place) + load(sums + r * width), place, first: lanes)
        }
    }
}

/// Adds aᵀ·b to a matrix of rows × filters, over segments of `count` terms.
///
/// a(k, i) lies at `a + k·aStep + i`, b(k, j) at `b + k·filters + j`. `body` is called after each
/// tile.
@inline(__always)
func addTransposedProduct(
    _ a: Pointer, aStep: Int, aSegment: Int, _ b: Pointer, bSegment: Int, segments: Int,
    count: Int, rows: Int, filters: Int, to target: Pointer, _ scratch: TileScratch,
    afterTile body: () -> Void = {}
) {
    guard filters.isMultiple(of: Panel.width) else {
        for row in stride(from: 0, to: rows, by: columnRows) {
            forEachVector(filters) { filter, lanes in
                scratch.addColumnTile(
                    a + row, aStep: aStep, aSegment: aSegment, b + filter, bStep: filters,
                    bSegment: bSegment, segments: segments, count: count,
                    to: target + row * filters + filter, targetStep: filters,
                    rows: min(columnRows, rows - row), lanes: lanes)
                body()
            }
        }
        return
    }
    for row in stride(from: 0, to: rows, by: panelRows) {
        for filter in stride(from: 0, to: filters, by: Panel.width) {
            PanelTile(
                a: a + row, aRow: 1, aStep: aStep, aSegment: aSegment, b: b + filter,
                bStep: filters, bSegment: bSegment, segments: segments, depth: count,
                target: target + row * filters + filter, targetRow: filters, isAdding: true
            ).multiply(rows: min(panelRows, rows - row))
            body()
        }
    }
}
