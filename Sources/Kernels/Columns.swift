extension Kernels {
    /// Some columns of a matrix. x: rows × width.
    public static func columns(_ range: Range<Int>, of x: Floats, width: Int) -> Floats {
        let rows = check(range, of: x, width: width)
        var y = Floats(uninitialized: rows * range.count)
        let (source, target) = (x.pointer + range.lowerBound, y.mutablePointer())
        copyRows(
            rows, of: range.count, from: source, step: width, to: target, step: range.count)
        return y
    }

    /// Replaces some columns of a matrix by another. y: rows × width, x: rows × columns.
    public static func setColumns(
        _ range: Range<Int>, of y: inout Floats, width: Int, to x: Floats
    ) {
        let rows = check(range, of: y, width: width)
        precondition(x.count == rows * range.count, "sizes do not fit")
        let (source, target) = (x.pointer, y.mutablePointer() + range.lowerBound)
        copyRows(
            rows, of: range.count, from: source, step: range.count, to: target, step: width)
    }

    /// - Returns: the number of rows.
    private static func check(_ range: Range<Int>, of x: Floats, width: Int) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= width, "no such columns")
        precondition(x.count.isMultiple(of: max(1, width)), "rows do not fill their memory")
        return x.count / max(1, width)
    }

    private static func copyRows(
        _ rows: Int, of count: Int, from source: UnsafeMutablePointer<Float>, step: Int,
        to target: UnsafeMutablePointer<Float>, step targetStep: Int
    ) {
        guard count > 0 else { return }
        Parallel.forRanges(rows, size: max(1, elementwisePiece / count)) { part in
            for row in part {
                (target + row * targetStep).update(from: source + row * step, count: count)
            }
        }
    }
}
