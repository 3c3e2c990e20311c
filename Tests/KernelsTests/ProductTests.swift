import Loops
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ProductTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rows: Int
        let columns: Int
        let depth: Int

        var testDescription: String { "\(rows)×\(depth)·\(depth)×\(columns)" }
    }

    static let cases = [
        (1, 1, 1), (3, 5, 7), (6, 16, 8), (8, 32, 16), (9, 33, 17), (61, 31, 1), (64, 32, 64),
        (65, 10, 300), (13, 257, 259), (7, 16, 512), (130, 70, 600),
    ].map { Case(rows: $0.0, columns: $0.1, depth: $0.2) }

    @Test(arguments: InstructionSet.all, cases)
    func itIsTheSumOfProducts(set: InstructionSet, shape: Case) {
        for transposition in 0..<4 {
            for start in Start.allCases {
                let trial = Trial(
                    shape, transposition & 1 > 0, transposition > 1, start)
                trial.multiply(set)
                #expect(agree(trial.c.values, trial.exact), "\(transposition), \(start)")
                #expect(trial.c.isIntact)
                #expect(agree(trial.sums.values, trial.exactSums))
            }
        }
    }

    /// On this rests that the number of threads never changes a bit.
    @Test(arguments: InstructionSet.all, cases)
    func itsBitsDoNotDependOnItsDivision(set: InstructionSet, shape: Case) {
        let (whole, parts) = (Trial(shape, true, false, .bias), Trial(shape, true, false, .bias))
        whole.multiply(set)
        for rows in [0..<min(5, shape.rows), min(5, shape.rows)..<shape.rows] {
            for columns in [0..<min(32, shape.columns), min(32, shape.columns)..<shape.columns] {
                parts.multiply(set, rows: rows, columns: columns)
            }
        }
        #expect(whole.c.values == parts.c.values)
        #expect(whole.sums.values == parts.sums.values)
    }

    /// On this rests that a run gives the same weights on processors with and without AVX-512. On a
    /// processor without, there is one set to compare.
    @Test(arguments: 1...70)
    func itsBitsDoNotDependOnTheInstructionSet(columns: Int) {
        for depth in [7, 300, 600] {
            for start in Start.allCases {
                let shape = Case(rows: 9, columns: columns, depth: depth)
                let results = InstructionSet.all.map { set in
                    let trial = Trial(shape, true, false, start)
                    trial.multiply(set)
                    return (trial.c.values + trial.sums.values).map(\.bitPattern)
                }
                #expect(results.allSatisfy { $0 == results[0] }, "depth \(depth), \(start)")
            }
        }
    }

    @Test(arguments: InstructionSet.all, cases)
    func anActivationIsThatOfTheResult(set: InstructionSet, shape: Case) {
        let trial = Trial(shape, false, true, .bias)
        let (result, alone) = (Memory(count: trial.c.count), Memory(count: trial.c.count))
        trial.product.activation = (.gelu, result.pointer)
        trial.multiply(set)
        set.loops.map(.gelu, trial.c.pointer, alone.pointer, count: alone.count)
        #expect(result.values == alone.values && result.isIntact)
    }
}

/// What a product begins with.
private enum Start: CaseIterable {
    case zero
    case bias
    case result
}

/// A product of two random matrices.
private final class Trial {
    private let shape: ProductTests.Case
    private let start: Start
    private let a: Memory
    private let b: Memory
    private let bias: Memory
    private let before: [Float]
    let c: Memory
    let sums: Memory
    var product: Product

    init(
        _ shape: ProductTests.Case, _ transposesA: Bool, _ transposesB: Bool, _ start: Start
    ) {
        var numbers = Numbers(seed: UInt64(shape.rows * 7 + shape.columns * 5 + shape.depth))
        let (m, n, k) = (shape.rows, shape.columns, shape.depth)
        self.shape = shape
        self.start = start
        a = Memory(numbers.array(m * k))
        b = Memory(numbers.array(k * n))
        bias = Memory(numbers.array(n))
        before = numbers.array(m * n)
        c = Memory(before)
        sums = Memory(count: m)
        product = Product(
            a: a.pointer, aRow: transposesA ? 1 : k, aColumn: transposesA ? m : 1, b: b.pointer,
            bRow: transposesB ? 1 : n, bColumn: transposesB ? k : 1, c: c.pointer, cRow: n,
            depth: k, isAdding: start == .result)
        product.bias = start == .bias ? bias.pointer : nil
        product.rowSums = sums.pointer
    }

    func multiply(_ set: InstructionSet, rows: Range<Int>? = nil, columns: Range<Int>? = nil) {
        let scratch = Memory(count: Product.scratch)
        set.loops.multiply(
            product, rows: rows ?? 0..<shape.rows, columns: columns ?? 0..<shape.columns,
            scratch: scratch.pointer)
        #expect(scratch.isIntact)
    }

    /// In double precision, and what one rounding for each term allows.
    var exact: [(value: Double, bound: Double)] {
        (0..<shape.rows * shape.columns).map { place in
            let (i, j) = place.quotientAndRemainder(dividingBy: shape.columns)
            var sum =
                switch start {
                case .zero: 0.0
                case .bias: Double(bias.pointer[j])
                case .result: Double(before[place])
                }
            var size = abs(sum)
            for k in 0..<shape.depth {
                let term =
                    Double(a.pointer[i * product.aRow + k * product.aColumn])
                    * Double(b.pointer[k * product.bRow + j * product.bColumn])
                sum += term
                size += abs(term)
            }
            return (sum, Double(shape.depth + 1) * rounding * size)
        }
    }

    var exactSums: [(value: Double, bound: Double)] {
        (0..<shape.rows).map { i in
            let terms = (0..<shape.depth).map {
                Double(a.pointer[i * product.aRow + $0 * product.aColumn])
            }
            let size = terms.reduce(0) { $0 + abs($1) }
            return (terms.reduce(0, +), Double(shape.depth) * rounding * size)
        }
    }
}
