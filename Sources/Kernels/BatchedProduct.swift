import Loops

/// As many matrices of one size, one after another: rows × columns after the optional
/// transposition.
public struct MatrixBatch {
    let floats: Floats
    /// How many matrices there are.
    public let count: Int
    /// Rows of each after the transposition.
    public let rows: Int
    /// Columns of each after the transposition.
    public let columns: Int
    let isTransposed: Bool

    /// - Parameter isTransposed: the memory holds each one's transpose, columns × rows, row by row.
    public init(_ floats: Floats, count: Int, rows: Int, columns: Int, isTransposed: Bool = false) {
        precondition(count >= 0 && rows >= 0 && columns >= 0, "a negative extent")
        precondition(floats.count == count * rows * columns, "matrices do not fill their memory")
        self.floats = floats
        self.count = count
        self.rows = rows
        self.columns = columns
        self.isTransposed = isTransposed
    }

    /// The matrix of a number.
    fileprivate subscript(index: Int) -> Matrix {
        let size = rows * columns
        return Matrix(
            floats[index * size..<(index + 1) * size], rows: rows, columns: columns,
            isTransposed: isTransposed)
    }
}

extension Kernels {
    /// a·b of each pair of matrices.
    ///
    /// - Precondition: a is N×m×k, b is N×k×n; the result is N×m×n.
    public static func product(_ a: MatrixBatch, _ b: MatrixBatch) -> Floats {
        precondition(a.count == b.count && a.columns == b.rows, "shapes of products do not fit")
        var result = Floats(repeating: 0, count: a.count * a.rows * b.columns)
        guard result.count > 0, a.columns > 0 else { return result }
        let c = result.mutablePointer()
        Parallel.forRanges(a.count, size: 8) { part in
            FloatBlock.lend(Product.scratch) { scratch in
                for i in part {
                    loops.multiply(
                        Product(a[i], b[i], into: c + i * a.rows * b.columns, adding: false),
                        rows: 0..<a.rows, columns: 0..<b.columns, scratch: scratch)
                }
            }
        }
        return result
    }
}
