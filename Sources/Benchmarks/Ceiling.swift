import Bytes
import Kernels

/// The highest rates of this processor, on the threads that the kernels are given now.
public enum Ceiling {
    /// The floating-point operations per second of OpenBLAS's sgemm on square matrices, the best of
    /// several products.
    ///
    /// - Throws: ``MissingOpenBLAS`` where this host lacks it.
    public static func rate(
        side: Int = 2048, products: Int = 5
    ) throws(MissingOpenBLAS) -> Double {
        let library = try library
        let matrix = Floats(repeating: 0.5, count: side * side)
        let times = Measurement(warmUp: 1, steps: products, duration: .zero).times {
            _ = library.product(matrix, matrix, side: side)
        }
        return 2 * Double(side * side * side) / (times.min() ?? .infinity)
    }

    /// The processor for which OpenBLAS chose its kernels.
    ///
    /// - Throws: ``MissingOpenBLAS`` where this host lacks it.
    static func core() throws(MissingOpenBLAS) -> String { try library.core }

    private static var library: OpenBLAS {
        get throws(MissingOpenBLAS) {
            guard let library = OpenBLAS.shared else { throw MissingOpenBLAS() }
            return library
        }
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

/// This host has no OpenBLAS to measure the processor by.
public struct MissingOpenBLAS: ExitCodeError, CustomStringConvertible {
    public var description: String {
        "libopenblas.so.0 is missing, by which the processor's rate is measured: install Debian's"
            + " libopenblas0-pthread"
    }

    public var exitCode: ExitCode { .missingFile }
}
