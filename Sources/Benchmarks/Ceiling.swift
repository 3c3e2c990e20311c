import Kernels

/// The highest rates of this processor, on the threads that the kernels are given now.
public enum Ceiling {
    /// The floating-point operations per second of OpenBLAS's sgemm on square matrices, the best of
    /// several products.
    public static func rate(side: Int = 2048, products: Int = 5) -> Double {
        let matrix = Floats(repeating: 0.5, count: side * side)
        let times = Measurement(warmUp: 1, steps: products, duration: .zero).times {
            _ = OpenBLAS.product(matrix, matrix, side: side)
        }
        return 2 * Double(side * side * side) / (times.min() ?? .infinity)
    }

    /// The bytes per second that pass between processor and memory where two arrays are added into
    /// a third, the best of several sums.
    ///
    /// - Parameter count: the numbers of each array; by default 128 MiB, more than caches hold.
    public static func bandwidth(count: Int = 1 << 25, sums: Int = 5) -> Double {
        let (a, b) = (Floats(repeating: 1, count: count), Floats(repeating: 2, count: count))
        let times = Measurement(warmUp: 1, steps: sums, duration: .zero).times {
            _ = Kernels.apply(.add, a, b)
        }
        return Double(3 * count * MemoryLayout<Float>.size) / (times.min() ?? .infinity)
    }
}
