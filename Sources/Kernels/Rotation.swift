import Foundation
import Loops

extension Kernels {
    /// Rotates the queries and keys of every head by angles that grow with the position, so that
    /// their products depend on how far positions lie apart (*RoFormer*, Su et al. 2021).
    ///
    /// Column i of a head and column i + depth/2 are a pair; at position p it is rotated by the
    /// angle p·10000^(−2i/depth). Values stay as they are.
    ///
    /// - Parameters:
    ///   - x: sequences × length × 3 × heads × depth, queries first, then keys, then values.
    ///   - first: the position of the first row of each sequence.
    ///   - isReversed: whether the angles are negative, as in the gradient.
    /// - Precondition: the depth is even.
    public static func rotated(
        _ x: Floats, _ s: AttentionShape, from first: Int = 0, isReversed: Bool = false
    ) -> Floats {
        precondition(s.depth.isMultiple(of: 2), "pairs of columns need an even depth")
        precondition(x.count == 3 * s.outputs, "queries, keys and values do not fill their memory")
        let half = s.depth / 2
        let angles = RotationAngles(first..<first + s.length, pairs: half, isReversed: isReversed)
        var y = Floats(uninitialized: x.count)
        y.replace(at: 0, with: x)
        let (target, row) = (y.mutablePointer(), 3 * s.heads * s.depth)
        Parallel.forRanges(s.sequences * s.length, size: max(1, elementwisePiece / row)) { rows in
            angles.lend { cosines, sines in
                for number in rows {
                    let turned = number % s.length * half
                    for head in 0..<2 * s.heads {
                        let pair = target + number * row + head * s.depth
                        rotate(pair, pair + half, cosines + turned, sines + turned, count: half)
                    }
                }
            }
        }
        return y
    }

    private static func rotate(
        _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
        _ cosines: UnsafePointer<Float>, _ sines: UnsafePointer<Float>, count: Int
    ) {
        for i in 0..<count {
            let (x, y) = (a[i], b[i])
            a[i] = x * cosines[i] - y * sines[i]
            b[i] = y * cosines[i] + x * sines[i]
        }
    }
}

/// Cosines and sines of the angles of some positions, positions × pairs.
private struct RotationAngles {
    private var cosines: [Float] = []
    private var sines: [Float] = []

    /// Of the slowest pair, a full turn takes 2π times as many positions.
    private static let base = 10000.0

    init(_ positions: Range<Int>, pairs: Int, isReversed: Bool) {
        let speeds = (0..<pairs).map { pow(Self.base, -Double($0) / Double(pairs)) }
        for position in positions {
            for speed in speeds {
                let angle = (isReversed ? -1 : 1) * Double(position) * speed
                cosines.append(Float(cos(angle)))
                sines.append(Float(sin(angle)))
            }
        }
    }

    func lend(_ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                guard let first = cosines.baseAddress, let second = sines.baseAddress else {
                    return
                }
                body(first, second)
            }
        }
    }
}
