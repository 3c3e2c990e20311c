import Foundation
import Loops
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RowTests {
    static let widths = [1, 2, 10, 15, 16, 17, 31, 64, 100, 1000]
    private static let rows = 37

    @Test(arguments: InstructionSet.all, widths)
    func aSoftmaxIsWhatItsExponentialsShare(set: InstructionSet, width: Int) {
        for spread in [1, 30, 80] as [Float] {
            let x = Memory(Self.numbers(width).map { $0 * spread })
            let (y, sums, again) = (
                Memory(count: x.count), Memory(count: Self.rows), Memory(count: Self.rows)
            )
            set.loops.softmax(
                x.pointer, scale: 0.5, y.pointer, logSums: sums.pointer, rows: Self.rows,
                width: width)
            let scaled = Memory(x.values.map { $0 * 0.5 })
            set.loops.logSums(scaled.pointer, rows: Self.rows, width: width, into: again.pointer)
            let rows = divided(scaled.values.doubles, width)
            let totals = rows.map { row in log(row.reduce(0.0) { $0 + exp($1) }) }
            let shares = zip(rows, totals).flatMap { row, total in row.map { exp($0 - total) } }
            // The exponent's rounding error becomes the result's relative error.
            let relative = (8 + Double(spread) + Double(width) / 16) * 2 * rounding
            #expect(agree(y.values, shares.map { ($0, relative * $0 + 1e-44) }))
            let bounded = totals.map { ($0, relative * (1 + abs($0))) }
            #expect(agree(sums.values, bounded) && agree(again.values, bounded))
            #expect(y.isIntact && sums.isIntact && again.isIntact)
            set.loops.exponentials(
                x.pointer, scale: 0.5, minus: sums.pointer, y.pointer, rows: Self.rows,
                width: width)
            #expect(agree(y.values, shares.map { ($0, 2 * relative * $0 + 1e-44) }))
        }
    }

    @Test(arguments: InstructionSet.all, widths)
    func rowsLessTheirMaximaAreExact(set: InstructionSet, width: Int) {
        let (x, y) = (Memory(Self.numbers(width)), Memory(count: Self.rows * width))
        set.loops.subtractMaxima(x.pointer, y.pointer, rows: Self.rows, width: width)
        let exact = (0..<Self.rows).flatMap { row in
            let values = x.values[row * width..<(row + 1) * width]
            return values.map { $0 - (values.max() ?? 0) }
        }
        #expect(y.values == exact && y.isIntact)
    }

    @Test(arguments: InstructionSet.all)
    func aSoftmaxIsOfWhateverSizeAndHidesWhatIsInfinitelyLow(set: InstructionSet) {
        let x = Memory([1e30, 1e30, -1e30, -.infinity])
        let y = Memory(count: 4)
        set.loops.softmax(x.pointer, scale: 1, y.pointer, logSums: nil, rows: 1, width: 4)
        #expect(y.values == [0.5, 0.5, 0, 0])
        x.pointer[1] = .nan
        set.loops.softmax(x.pointer, scale: 1, y.pointer, logSums: nil, rows: 1, width: 4)
        let numbers = y.values.filter { !$0.isNaN }
        #expect(numbers.isEmpty)
    }

    @Test(arguments: InstructionSet.all, widths)
    func gradientsOfSoftmaxAndItsLogarithm(set: InstructionSet, width: Int) {
        let x = Self.numbers(width)
        let g = Memory(Self.numbers(width).reversed())
        let y = divided(x.doubles, width).flatMap { row in
            let total = row.reduce(0.0) { $0 + exp($1) }
            return row.map { Float(exp($0) / total) }
        }
        let (d, logD) = (Memory(count: x.count), Memory(count: x.count))
        let (soft, logSoft) = (Memory(y), Memory(y.map { log($0) }))
        set.loops.softmaxGradient(
            y: soft.pointer, scale: 0.5, upstream: g.pointer, into: d.pointer, rows: Self.rows,
            width: width)
        set.loops.logSoftmaxGradient(
            y: logSoft.pointer, upstream: g.pointer, into: logD.pointer, rows: Self.rows,
            width: width)
        let bound = Double(width + 8) * rounding
        var exact: [(value: Double, bound: Double)] = []
        var exactLog = exact
        for (y, g) in zip(divided(y.doubles, width), divided(g.values.doubles, width)) {
            let projection = zip(y, g).reduce(0) { $0 + $1.0 * $1.1 }
            let total = g.reduce(0, +)
            let size = g.reduce(0) { $0 + abs($1) }
            for (y, g) in zip(y, g) {
                let slope = 0.5 * y * (g - projection)
                exact.append((value: slope, bound: bound * y * (abs(g) + 1)))
                exactLog.append((value: g - y * total, bound: bound * (abs(g) + y * size)))
            }
        }
        #expect(agree(d.values, exact) && d.isIntact)
        #expect(agree(logD.values, exactLog) && logD.isIntact)
    }

    @Test(arguments: InstructionSet.all, widths)
    func normalizedRowsAndTheirGradients(set: InstructionSet, width: Int) {
        // A large mean beside a small deviation.
        let x = Memory(Self.numbers(width).map { 8 + $0 })
        let g = Memory(Self.numbers(width).reversed())
        var numbers = Numbers(seed: 9)
        let (scale, shift) = (Memory(numbers.array(width)), Memory(numbers.array(width)))
        let (means, inverses) = (Memory(count: Self.rows), Memory(count: Self.rows))
        let (y, d) = (Memory(count: x.count), Memory(count: x.count))
        let sums = Memory([Float](repeating: 0, count: 2 * width))
        let normalization = RowNormalization(
            x: x.pointer, width: width, scale: scale.pointer, shift: shift.pointer, epsilon: 1e-5,
            means: means.pointer, inverses: inverses.pointer)
        set.loops.normalize(normalization, rows: 0..<Self.rows, into: y.pointer)
        set.loops.normalizeGradient(
            normalization, upstream: g.pointer, rows: 0..<Self.rows, into: d.pointer,
            sums: sums.pointer)
        let exact = ExactNormalization(
            x: x.values.doubles, g: g.values.doubles, scale: scale.values.doubles,
            shift: shift.values.doubles)
        // Of 8 the rounding is 8 times that of 1, and the inverse deviation magnifies it.
        let bound = Double(width + 64) * 8 * rounding
        #expect(agree(y.values, exact.y.map { ($0, bound * exact.largestInverse) }))
        let steep = exact.largestInverse * exact.largestInverse
        #expect(agree(d.values, exact.d.map { ($0, bound * steep) }))
        let many = Double(Self.rows) * bound * exact.largestInverse
        #expect(agree(sums.values, (exact.byScale + exact.byShift).map { ($0, many) }))
        #expect(y.isIntact && d.isIntact && sums.isIntact && means.isIntact && inverses.isIntact)
    }

    private static func numbers(_ width: Int) -> [Float] {
        var numbers = Numbers(seed: UInt64(width))
        return numbers.array(rows * width)
    }
}

private func divided(_ values: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
}

/// Layer normalization in double precision, with ε = 10⁻⁵.
private struct ExactNormalization {
    var y: [Double] = []
    var d: [Double] = []
    var byScale: [Double]
    var byShift: [Double]
    var largestInverse = 1.0

    init(x: [Double], g: [Double], scale: [Double], shift: [Double]) {
        let width = Double(scale.count)
        byScale = scale.map { _ in 0 }
        byShift = byScale
        for (x, g) in zip(divided(x, scale.count), divided(g, scale.count)) {
            let mean = x.reduce(0, +) / width
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / width
            let inverse = 1 / (variance + Double(Float(1e-5))).squareRoot()
            largestInverse = max(largestInverse, inverse)
            let centred = x.map { ($0 - mean) * inverse }
            let inner = zip(g, scale).map(*)
            let a = inner.reduce(0, +) / width
            let b = zip(inner, centred).reduce(0) { $0 + $1.0 * $1.1 } / width
            for i in scale.indices {
                y.append(scale[i] * centred[i] + shift[i])
                d.append(inverse * (inner[i] - a - centred[i] * b))
                byScale[i] += g[i] * centred[i]
                byShift[i] += g[i]
            }
        }
    }
}
