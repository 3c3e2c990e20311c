import Kernels

/// The highest rate of this processor: OpenBLAS's on large matrices.
public enum Ceiling {
    /// The floating-point operations per second of sgemm on square matrices, the best of several
    /// products on the threads that the kernels are given now.
    public static func rate(side: Int = 2048, products: Int = 5) -> Double {
        let matrix = Floats(repeating: 0.5, count: side * side)
        let times = Measurement(warmUp: 1, steps: products, duration: .zero).times {
            _ = OpenBLAS.product(matrix, matrix, side: side)
        }
        return 2 * Double(side * side * side) / (times.min() ?? .infinity)
    }
}
