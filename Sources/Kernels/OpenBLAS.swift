import Glibc

/// OpenBLAS, the measure of the engine's own kernels. No training calls it, so it is loaded when it
/// is first asked for: its threads and its memory cost every process that has it.
public struct OpenBLAS: Sendable {
    /// The library; nil where this host lacks it.
    public static let shared = OpenBLAS("libopenblas.so.0")

    private typealias SetThreads = @convention(c) (Int32) -> Void
    private typealias CoreName = @convention(c) () -> UnsafePointer<CChar>
    /// `cblas_sgemm`: order, transpositions, M, N, K, alpha, A, B, beta and C, each matrix with its
    /// leading dimension.
    private typealias Product =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
            UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void

    private let setThreads: SetThreads
    private let coreName: CoreName
    private let multiply: Product

    /// Loads a library; nil where there is none of this name, or it is another.
    init?(_ library: String) {
        guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL),
            let setThreads = dlsym(handle, "openblas_set_num_threads"),
            let coreName = dlsym(handle, "openblas_get_corename"),
            let multiply = dlsym(handle, "cblas_sgemm")
        else { return nil }
        self.setThreads = unsafeBitCast(setThreads, to: SetThreads.self)
        self.coreName = unsafeBitCast(coreName, to: CoreName.self)
        self.multiply = unsafeBitCast(multiply, to: Product.self)
    }

    /// The processor for which it chose its kernels: `Haswell`, `Zen`, `SkylakeX`. The variable
    /// OPENBLAS_CORETYPE of the environment overrides its choice.
    public var core: String { String(cString: coreName()) }

    /// a·b of two row-major square matrices, on the threads that the kernels are given: each
    /// computes its share of the rows.
    public func product(_ a: Floats, _ b: Floats, side: Int) -> Floats {
        precondition(a.count == side * side && b.count == side * side, "matrices are not square")
        setThreads(1)
        var c = Floats(uninitialized: side * side)
        let (x, y, target) = (a.pointer, b.pointer, c.mutablePointer())
        let (rowMajor, asItIs, width) = (Int32(101), Int32(111), Int32(side))
        Parallel.forRanges(side, size: max(64, side / 4)) { rows in
            let start = rows.lowerBound * side
            multiply(
                rowMajor, asItIs, asItIs, Int32(rows.count), width, width, 1, x + start, width, y,
                width, 0, target + start, width)
        }
        return c
    }
}
