import Loops

/// Evenly spaced levels: whole multiples of a scale between two bounds.
public typealias QuantizationLevels = UniformLevels

extension Kernels {
    /// The smallest scale: a smaller one, or one below 0, counts as this.
    public static let smallestScale: Float = 1e-12

    /// s·round(clip(x / s)) of every element, halves to even.
    ///
    /// - Parameters:
    ///   - x: as many rows as there are scales, of one width.
    ///   - levels: the levels as whole multiples of a row's scale.
    public static func quantized(
        _ x: Floats, scales: [Float], levels: ClosedRange<Int>
    ) -> Floats {
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        forLevels(x.count, scales, levels) { levels, part in
            let i = part.lowerBound
            loops.quantize(levels, source + i, target + i, count: part.count)
            return 0
        }
        return y
    }

    /// The gradient of ``quantized(_:scales:levels:)`` in its input, with rounding passed through,
    /// and in each scale.
    public static func quantizedGradient(
        _ x: Floats, upstream g: Floats, scales: [Float], levels: ClosedRange<Int>
    ) -> (input: Floats, scales: [Float]) {
        precondition(x.count == g.count, "sizes differ")
        var d = Floats(uninitialized: x.count)
        let (xp, gp, dp) = (x.pointer, g.pointer, d.mutablePointer())
        let sums = forLevels(x.count, scales, levels) { levels, part in
            let i = part.lowerBound
            return loops.quantizeGradient(
                levels, at: xp + i, upstream: gp + i, into: dp + i, count: part.count)
        }
        return (d, sums)
    }

    /// Calls `body` with the levels of each row and pieces of it.
    ///
    /// - Returns: for each row the sum of what `body` returned, in the order of the pieces.
    @discardableResult private static func forLevels(
        _ count: Int, _ scales: [Float], _ levels: ClosedRange<Int>,
        _ body: (UniformLevels, Range<Int>) -> Float
    ) -> [Float] {
        precondition(
            !scales.isEmpty && count.isMultiple(of: scales.count),
            "\(scales.count) scales of \(count) elements")
        let width = count / scales.count
        let pieces = max(1, (width + elementwisePiece - 1) / elementwisePiece)
        var sums = Floats(repeating: 0, count: scales.count * pieces)
        let target = sums.mutablePointer()
        Parallel.forRanges(sums.count, size: max(1, elementwisePiece / max(1, width))) { part in
            for number in part {
                let (row, piece) = number.quotientAndRemainder(dividingBy: pieces)
                let own = UniformLevels(
                    scale: max(scales[row], smallestScale), lowest: levels.lowerBound,
                    highest: levels.upperBound)
                let start = row * width
                target[number] = body(
                    own,
                    start + piece * width / pieces..<start + (piece + 1) * width / pieces)
            }
        }
        return scales.indices.map { row in
            (0..<pieces).reduce(0) { $0 + sums[row * pieces + $1] }
        }
    }

    /// The smallest and the largest element of each of some rows of one width.
    ///
    /// - Precondition: no row is empty.
    public static func extents(
        _ x: Floats, rows: Int
    ) -> [(lowest: Float, highest: Float)] {
        precondition(rows > 0 && x.count > 0 && x.count.isMultiple(of: rows), "rows are empty")
        let width = x.count / rows
        return (0..<rows).map { loops.extent(x.pointer + $0 * width, count: width) }
    }

    /// The mean magnitude of each of some rows of one width.
    ///
    /// - Precondition: no row is empty.
    public static func meanMagnitudes(_ x: Floats, rows: Int) -> [Float] {
        precondition(rows > 0 && x.count > 0 && x.count.isMultiple(of: rows), "rows are empty")
        let (width, magnitudes) = (x.count / rows, apply(.absolute, x))
        return (0..<rows).map { row in
            let sum = stride(from: 0, to: width, by: 4096).reduce(0.0) { total, start in
                total
                    + Double(
                        loops.sum(
                            magnitudes.pointer + row * width + start,
                            count: min(4096, width - start)))
            }
            return Float(sum / Double(width))
        }
    }
}
