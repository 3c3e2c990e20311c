import Loops

/// A matrix operand of a product: rows × columns after the optional transposition.
public struct Matrix {
    let floats: Floats
    /// Rows after the transposition.
    public let rows: Int
    /// Columns after the transposition.
    public let columns: Int
    let isTransposed: Bool

    /// - Parameter isTransposed: the memory holds the transpose, columns × rows, row by row.
    public init(_ floats: Floats, rows: Int, columns: Int, isTransposed: Bool = false) {
        precondition(rows >= 0 && columns >= 0, "a negative extent")
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
        precondition(
            b.rows == a.columns && result.count == a.rows * b.columns,
            "shapes of a product do not fit")
        guard a.columns > 0 || adding else {
            result = Floats(repeating: 0, count: result.count)
            return
        }
        multiply(
            Product(a, b, into: result.mutablePointer(), adding: adding), rows: a.rows,
            columns: b.columns)
    }

    /// x·wᵀ + b, and a function of every element of it where one is asked for.
    ///
    /// - Parameters:
    ///   - x: N × inputs.
    ///   - weights: outputs × inputs.
    ///   - bias: outputs.
    /// - Returns: N × outputs: the sums, and the function's values, or the sums again. Where the
    ///   function's gradient uses its result, both are the result.
    public static func linear(
        _ x: Floats, weights: Floats, bias: Floats?, inputs: Int,
        activation: UnaryOperation? = nil
    ) -> (sums: Floats, result: Floats) {
        let (rows, outputs) = (rowCount(x, inputs), rowCount(weights, inputs))
        precondition(bias == nil || bias?.count == outputs, "one for each output")
        var sums = Floats(uninitialized: rows * outputs)
        var product = Product(
            Matrix(x, rows: rows, columns: inputs),
            Matrix(weights, rows: inputs, columns: outputs, isTransposed: true),
            into: sums.mutablePointer(), adding: false)
        product.bias = bias?.pointer
        guard let activation, !activation.gradientUsesResult else {
            product.activation = activation.map { ($0, product.c) }
            multiply(product, rows: rows, columns: outputs)
            return (sums, sums)
        }
        var result = Floats(uninitialized: sums.count)
        product.activation = (activation, result.mutablePointer())
        multiply(product, rows: rows, columns: outputs)
        return (sums, result)
    }

    /// The gradients of ``linear(_:weights:bias:inputs:activation:)`` in weights and bias, gᵀ·x and
    /// the sums of g's columns.
    ///
    /// g: N × outputs, x: N × inputs.
    public static func linearWeightGradient(
        _ g: Floats, _ x: Floats, inputs: Int, outputs: Int
    ) -> (weights: Floats, bias: Floats) {
        let rows = rowCount(x, inputs)
        guard rows > 0 else {
            return (
                Floats(repeating: 0, count: outputs * inputs), Floats(repeating: 0, count: outputs)
            )
        }
        var weights = Floats(uninitialized: outputs * inputs)
        var bias = Floats(uninitialized: outputs)
        var product = Product(
            Matrix(g, rows: outputs, columns: rows, isTransposed: true),
            Matrix(x, rows: rows, columns: inputs), into: weights.mutablePointer(), adding: false)
        product.rowSums = bias.mutablePointer()
        multiply(product, rows: outputs, columns: inputs)
        return (weights, bias)
    }

    /// A product on all threads. Every element of the result is added up in one order, however the
    /// work is divided, as long as columns are divided between panels.
    private static func multiply(_ product: Product, rows: Int, columns: Int) {
        let isSmall = rows * columns * product.depth < smallProduct
        let workers = isSmall ? 1 : Parallel.threads
        if columns > rows && product.rowSums == nil {
            forShares(columns, workers, multipleOf: 32) { part, scratch in
                loops.multiply(product, rows: 0..<rows, columns: part, scratch: scratch)
            }
        } else {
            forShares(rows, workers, multipleOf: 8) { part, scratch in
                loops.multiply(product, rows: part, columns: 0..<columns, scratch: scratch)
            }
        }
    }

    /// Multiply-adds that are not worth a second thread.
    private static let smallProduct = 1 << 18

    /// An equal share of an extent for each worker, and memory of its own.
    private static func forShares(
        _ extent: Int, _ workers: Int, multipleOf unit: Int, _ body: (Range<Int>, Pointer) -> Void
    ) {
        let units = (extent + unit - 1) / unit
        let shares = min(workers, units)
        Parallel.forEach(shares) { share in
            let (first, end) = (share * units / shares * unit, (share + 1) * units / shares * unit)
            FloatBlock.lend(Product.scratch) { body(first..<min(extent, end), $0) }
        }
    }
}

extension Product {
    /// a·b of whole matrices.
    init(_ a: Matrix, _ b: Matrix, into c: Pointer, adding: Bool) {
        self.init(
            a: a.floats.pointer, aRow: a.isTransposed ? 1 : a.columns,
            aColumn: a.isTransposed ? a.rows : 1, b: b.floats.pointer,
            bRow: b.isTransposed ? 1 : b.columns, bColumn: b.isTransposed ? b.rows : 1, c: c,
            cRow: b.columns, depth: a.columns, isAdding: adding)
    }
}
