import COpenBLAS

/// A matrix operand of a product: rows × columns after the optional transposition.
public struct Matrix {
    let floats: Floats
    public let rows: Int
    public let columns: Int
    let isTransposed: Bool

    /// - Parameter isTransposed: the memory holds the transpose, columns × rows, row by row.
    public init(_ floats: Floats, rows: Int, columns: Int, isTransposed: Bool = false) {
        precondition(floats.count == rows * columns, "matrix does not fill its memory")
        self.floats = floats
        self.rows = rows
        self.columns = columns
        self.isTransposed = isTransposed
    }
}

extension Kernels {
    /// `a · b`, and `accumulator + a · b` where one is given.
    ///
    /// - Precondition: a is m×k, b is k×n, the result m×n.
    public static func product(_ a: Matrix, _ b: Matrix, into result: inout Floats, adding: Bool) {
        let (m, n, k) = (a.rows, b.columns, a.columns)
        precondition(b.rows == k && result.count == m * n, "shapes of a product do not fit")
        let c = result.mutablePointer()
        let beta: Float = adding ? 1 : 0
        if n > m {
            Parallel.forRanges(n, size: productPiece(n)) { part in
                sgemm(a, 0..<m, b, part, c, n, beta)
            }
        } else {
            Parallel.forRanges(m, size: productPiece(m)) { part in
                sgemm(a, part, b, 0..<n, c, n, beta)
            }
        }
    }

    /// A quarter of the extent, where that leaves pieces worth packing.
    private static func productPiece(_ extent: Int) -> Int {
        max(64, (extent + 3) / 4)
    }

    private static func sgemm(
        _ a: Matrix, _ rows: Range<Int>, _ b: Matrix, _ columns: Range<Int>,
        _ c: UnsafeMutablePointer<Float>, _ width: Int, _ beta: Float
    ) {
        let aStart = rows.lowerBound * (a.isTransposed ? 1 : a.columns)
        let bStart = columns.lowerBound * (b.isTransposed ? b.rows : 1)
        cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans,
            blasint(rows.count), blasint(columns.count), blasint(a.columns), 1,
            a.floats.pointer + aStart, blasint(a.isTransposed ? a.rows : a.columns),
            b.floats.pointer + bStart, blasint(b.isTransposed ? b.rows : b.columns), beta,
            c + rows.lowerBound * width + columns.lowerBound, blasint(width))
    }
}
