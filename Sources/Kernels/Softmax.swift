import Foundation
import Loops

extension Kernels {
    /// The softmax of each row, shifted by the row's maximum. x: rows × width.
    public static func softmax(_ x: Floats, width: Int) -> Floats {
        rows(x, width: width) { source, target in
            let peak = maximum(source, width)
            var total: Float = 0
            for i in 0..<width {
                target[i] = expf(source[i] - peak)
                total += target[i]
            }
            let scale = 1 / total
            for i in 0..<width { target[i] *= scale }
        }
    }

    /// The logarithm of each row's softmax, shifted by the row's maximum. x: rows × width.
    public static func logSoftmax(_ x: Floats, width: Int) -> Floats {
        rows(x, width: width) { source, target in
            let peak = maximum(source, width)
            var total: Float = 0
            for i in 0..<width { total += expf(source[i] - peak) }
            let shift = peak + logf(total)
            for i in 0..<width { target[i] = source[i] - shift }
        }
    }

    /// The gradient of the softmax y: y·(g − Σ g·y) in each row.
    public static func softmaxGradient(y: Floats, upstream g: Floats, width: Int) -> Floats {
        rows(y, g, width: width) { y, g, target in
            let projection = sum(width, { load(y + $0) * load(g + $0) }, { y[$0] * g[$0] })
            for i in 0..<width { target[i] = y[i] * (g[i] - projection) }
        }
    }

    /// The gradient of the log-softmax y: g − exp(y)·Σ g in each row.
    public static func logSoftmaxGradient(y: Floats, upstream g: Floats, width: Int) -> Floats {
        rows(y, g, width: width) { y, g, target in
            let total = sum(g, width)
            for i in 0..<width { target[i] = g[i] - expf(y[i]) * total }
        }
    }

    /// The index of the first largest element of each row. x: rows × width.
    public static func argmax(_ x: Floats, width: Int) -> [Int] {
        precondition(width > 0 && x.count.isMultiple(of: width), "rows do not fill their memory")
        let source = x.pointer
        return (0..<x.count / width).map { row in
            let values = source + row * width
            return (1..<max(1, width)).reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        }
    }

    private static func maximum(_ x: Pointer, _ count: Int) -> Float {
        var peak = x[0]
        for i in 1..<max(1, count) { peak = max(peak, x[i]) }
        return peak
    }

    private static func rows(
        _ x: Floats, width: Int, _ body: (Pointer, Pointer) -> Void
    ) -> Floats {
        precondition(width > 0 && x.count.isMultiple(of: width), "rows do not fill their memory")
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        for start in stride(from: 0, to: x.count, by: width) {
            body(source + start, target + start)
        }
        return y
    }

    private static func rows(
        _ x: Floats, _ g: Floats, width: Int, _ body: (Pointer, Pointer, Pointer) -> Void
    ) -> Floats {
        precondition(x.count == g.count, "sizes differ")
        let upstream = g.pointer
        let start = x.pointer
        return rows(x, width: width) { source, target in
            body(source, upstream + (source - start), target)
        }
    }
}
