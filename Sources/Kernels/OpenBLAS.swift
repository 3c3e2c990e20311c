import COpenBLAS

/// OpenBLAS, the measure of the engine's own kernels; no training calls it.
public enum OpenBLAS {
    /// a·b of two row-major square matrices, on the threads that the kernels are given: each
    /// computes its share of the rows.
    public static func product(_ a: Floats, _ b: Floats, side: Int) -> Floats {
        precondition(a.count == side * side && b.count == side * side, "matrices are not square")
        openblas_set_num_threads(1)
        var c = Floats(uninitialized: side * side)
        let (x, y, target) = (a.pointer, b.pointer, c.mutablePointer())
        Parallel.forRanges(side, size: max(64, side / 4)) { rows in
            let start = rows.lowerBound * side
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows.count), blasint(side),
                blasint(side), 1, x + start, blasint(side), y, blasint(side), 0, target + start,
                blasint(side))
        }
        return c
    }
}
