import COpenBLAS
import Loops

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
        _ c: Pointer, _ width: Int, _ beta: Float
    ) {
        let aStart = rows.lowerBound * (a.isTransposed ? 1 : a.columns)
        let bStart = columns.lowerBound * (b.isTransposed ? b.rows : 1)
        gemm(
            rows.count, columns.count, a.columns,
            Operand(a.floats.pointer + aStart, a.isTransposed ? a.rows : a.columns, a.isTransposed),
            Operand(b.floats.pointer + bStart, b.isTransposed ? b.rows : b.columns, b.isTransposed),
            beta, c + rows.lowerBound * width + columns.lowerBound, width)
    }

    /// A matrix in memory: where it begins, the floats from one row to the next, and whether what lies
    /// there is its transpose.
    struct Operand {
        let start: Pointer
        let leading: Int
        let isTransposed: Bool

        init(_ start: Pointer, _ leading: Int, _ isTransposed: Bool = false) {
            self.start = start
            self.leading = leading
            self.isTransposed = isTransposed
        }
    }

    /// c = β·c + a·b by OpenBLAS on the calling thread; c is m×n, the inner extent k.
    static func gemm(
        _ m: Int, _ n: Int, _ k: Int, _ a: Operand, _ b: Operand, _ beta: Float,
        _ c: Pointer, _ leading: Int
    ) {
        Parallel.pinnedOpenBLAS
        cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1,
            a.start, blasint(a.leading), b.start, blasint(b.leading), beta, c, blasint(leading))
    }
}
