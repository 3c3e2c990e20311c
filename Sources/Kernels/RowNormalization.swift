import Loops

extension Kernels {
    /// What normalizing rows found in them: the mean of each, and 1 / √(variance + ε).
    public struct RowMoments: Sendable {
        let means: Floats
        let inverses: Floats
    }

    /// scale·(x − mean) / √(variance + ε) + shift, with each row's own mean and biased variance.
    ///
    /// x: rows × width; scale, shift: width.
    public static func normalizeRows(
        _ x: Floats, scale: Floats, shift: Floats, epsilon: Float
    ) -> (y: Floats, moments: RowMoments) {
        let width = scale.count
        let rows = rowCount(x, width)
        precondition(shift.count == width, "one for each column")
        var (means, inverses) = (Floats(uninitialized: rows), Floats(uninitialized: rows))
        var y = Floats(uninitialized: x.count)
        let target = y.mutablePointer()
        let normalization = RowNormalization(
            x: x.pointer, width: width, scale: scale.pointer, shift: shift.pointer,
            epsilon: epsilon, means: means.mutablePointer(), inverses: inverses.mutablePointer())
        Parallel.forRanges(rows, size: rowPiece(width)) { part in
            loops.normalize(normalization, rows: part, into: target)
        }
        return (y, RowMoments(means: means, inverses: inverses))
    }

    /// The gradients of ``normalizeRows(_:scale:shift:epsilon:)``.
    ///
    /// Those in scale and shift are added up over pieces of rows, and then in the pieces' order.
    public static func normalizeRowsGradient(
        _ g: Floats, _ x: Floats, scale: Floats, moments: RowMoments
    ) -> (input: Floats, scale: Floats, shift: Floats) {
        let width = scale.count
        let rows = rowCount(x, width)
        precondition(g.count == x.count && moments.means.count == rows, "sizes differ")
        var d = Floats(uninitialized: x.count)
        let size = max(16, 8192 / width)
        let pieces = max(1, (rows + size - 1) / size)
        var sums = Floats(repeating: 0, count: pieces * 2 * width)
        let (target, partial, upstream) = (d.mutablePointer(), sums.mutablePointer(), g.pointer)
        let normalization = RowNormalization(
            x: x.pointer, width: width, scale: scale.pointer, shift: scale.pointer, epsilon: 0,
            means: moments.means.pointer, inverses: moments.inverses.pointer)
        Parallel.forEach(pieces) { piece in
            loops.normalizeGradient(
                normalization, upstream: upstream,
                rows: piece * rows / pieces..<(piece + 1) * rows / pieces, into: target,
                sums: partial + piece * 2 * width)
        }
        let total = columnSums(sums, columns: 2 * width)
        return (d, total[0..<width], total[width..<2 * width])
    }
}
