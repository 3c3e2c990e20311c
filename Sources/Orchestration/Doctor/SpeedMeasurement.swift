import Foundation
import Kernels

/// How fast the kernels multiply matrices on one thread, in floating-point operations a second.
package struct SpeedMeasurement: Hashable, Sendable {
    /// The kernels' rate.
    package var kernels: Double
    /// OpenBLAS's rate; nil where this host lacks it.
    package var openBLAS: Double?
    /// Whether the program was compiled without optimization.
    package var isDebugBuild: Bool

    /// Rates that were measured elsewhere.
    package init(kernels: Double, openBLAS: Double?, isDebugBuild: Bool = false) {
        (self.kernels, self.openBLAS) = (kernels, openBLAS)
        self.isDebugBuild = isDebugBuild
    }

    /// Measures both, for half a second together: the best of many products, so that what else
    /// runs here counts little.
    package init() {
        let side = 384
        let operations = 2 * Double(side * side * side)
        let floats = Floats(repeating: 0.5, count: side * side)
        let matrix = Matrix(floats, rows: side, columns: side)
        var result = Floats(repeating: 0, count: side * side)
        self.init(
            kernels: operations
                / Self.shortest { Kernels.product(matrix, matrix, into: &result, adding: false) },
            openBLAS: OpenBLAS.shared.map { library in
                operations / Self.shortest { _ = library.product(floats, floats, side: side) }
            },
            isDebugBuild: _isDebugAssertConfiguration())
    }

    /// The shortest time that `body` takes, in seconds, of as many as fit into a quarter of a
    /// second, and of three at least.
    private static func shortest(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(250)
        var best = Duration.seconds(1000)
        var count = 0
        while count < 3 || clock.now < end {
            best = min(best, clock.measure(body))
            count += 1
        }
        return best / .seconds(1)
    }
}
