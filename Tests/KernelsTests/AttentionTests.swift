import Foundation
import Kernels
import Loops
import Testing

@Suite(.timeLimit(.minutes(2)))
struct AttentionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let length: Int
        let heads: Int
        let depth: Int

        var testDescription: String { "\(length) positions, \(heads) heads of \(depth)" }
    }

    /// Lengths below, at and beyond a block of queries.
    static let cases = [(1, 1, 1), (3, 2, 5), (17, 3, 16), (64, 2, 32), (128, 1, 8), (150, 1, 20)]
        .map { Case(length: $0.0, heads: $0.1, depth: $0.2) }

    @Test(arguments: InstructionSet.all, cases)
    func itMixesValuesByTheSoftmaxOfScores(set: InstructionSet, shape: Case) {
        expectAgreement(set, shape, isCausal: false)
    }

    /// Each position attends to those up to itself.
    @Test(arguments: InstructionSet.all, cases)
    func causalAttentionSeesNoLaterPosition(set: InstructionSet, shape: Case) {
        expectAgreement(set, shape, isCausal: true)
    }

    private func expectAgreement(_ set: InstructionSet, _ shape: Case, isCausal: Bool) {
        let sequences = 2
        let size = sequences * shape.length * shape.heads * shape.depth
        var numbers = Numbers(seed: UInt64(shape.length))
        let (x, g) = (Memory(numbers.array(3 * size)), Memory(numbers.array(size)))
        let (y, d) = (Memory(count: size), Memory(count: 3 * size))
        let logSums = Memory(count: sequences * shape.heads * shape.length)
        let scratch = Memory(
            count: Attention.scratch(length: shape.length, depth: shape.depth))
        let attention = Attention(
            length: shape.length, heads: shape.heads, depth: shape.depth, scale: 0.75,
            inputs: x.pointer, outputs: y.pointer, logSums: logSums.pointer, isCausal: isCausal)
        let heads = 0..<sequences * shape.heads
        set.loops.attend(attention, heads: heads, scratch: scratch.pointer)
        set.loops.attendGradient(
            attention, upstream: g.pointer, into: d.pointer, heads: heads,
            scratch: scratch.pointer)
        let exact = ExactAttention(
            shape, sequences: sequences, x: x.values.doubles, g: g.values.doubles,
            isCausal: isCausal)
        // Scores and mixtures are sums of so many terms of at most 1.
        let bound = Double(shape.length + 3 * shape.depth + 32) * rounding
        #expect(agree(y.values, exact.y.map { ($0, bound) }))
        #expect(agree(d.values, exact.d.map { ($0, bound * Double(shape.depth + 4)) }))
        #expect(y.isIntact && d.isIntact && logSums.isIntact && scratch.isIntact)
    }
}

/// Positions that do not count.
@Suite(.timeLimit(.minutes(1)))
struct CountedAttentionTests {
    /// Each sequence is as by itself, and 0 where its positions do not count.
    @Test(arguments: [[200, 131, 1, 77], [128, 129, 200, 5]])
    func sequencesAreAsByThemselves(counted: [Int]) {
        let (length, heads, depth) = (200, 3, 10)
        let width = heads * depth
        var numbers = Numbers(seed: 3)
        let x = numbers.array(counted.count * length * 3 * width)
        let g = numbers.array(counted.count * length * width)
        let shape = AttentionShape(
            sequences: counted.count, length: length, heads: heads, depth: depth, counted: counted)
        let whole = Kernels.attention(Floats(x), shape)
        let gradient = Kernels.attentionGradient(
            Floats(g), Floats(x), logSums: whole.logSums, shape
        ).array
        for (sequence, count) in counted.enumerated() {
            let one = AttentionShape(sequences: 1, length: count, heads: heads, depth: depth)
            let start = sequence * length * width
            let inputs = Floats(Array(x[3 * start..<3 * (start + count * width)]))
            let alone = Kernels.attention(inputs, one)
            let alike = Kernels.attentionGradient(
                Floats(Array(g[start..<start + count * width])), inputs, logSums: alone.logSums, one
            )
            let rest = [Float](repeating: 0, count: (length - count) * width)
            #expect(
                Array(whole.y.array[start..<start + length * width]) == alone.y.array + rest)
            #expect(
                Array(gradient[3 * start..<3 * (start + length * width)])
                    == alike.array + rest + rest + rest)
        }
    }

    @Test func beginningsAreKept() {
        let x = Floats((1...12).map(Float.init))
        let y = Kernels.beginnings(x, length: 3, counted: [2, 0])
        #expect(y.array == [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0])
    }
}

/// Attention in double precision, scores times 0.75.
private struct ExactAttention {
    private(set) var y: [Double]
    private(set) var d: [Double]

    init(
        _ s: AttentionTests.Case, sequences: Int, x: [Double], g: [Double], isCausal: Bool
    ) {
        let width = s.heads * s.depth
        y = g.map { _ in 0 }
        d = x.map { _ in 0 }
        for sequence in 0..<sequences {
            for head in 0..<s.heads {
                func place(_ position: Int, _ part: Int, _ i: Int) -> Int {
                    ((sequence * s.length + position) * 3 + part) * width + head * s.depth + i
                }
                func output(_ position: Int, _ i: Int) -> Int {
                    (sequence * s.length + position) * width + head * s.depth + i
                }
                for q in 0..<s.length {
                    let keys = isCausal ? q + 1 : s.length
                    let scores = (0..<keys).map { k in
                        0.75
                            * (0..<s.depth).reduce(0) {
                                $0 + x[place(q, 0, $1)] * x[place(k, 1, $1)]
                            }
                    }
                    let total = scores.reduce(0) { $0 + exp($1) }
                    let weights = scores.map { exp($0) / total }
                    let pulls = (0..<keys).map { k in
                        (0..<s.depth).reduce(0) { $0 + g[output(q, $1)] * x[place(k, 2, $1)] }
                    }
                    let mean = zip(weights, pulls).reduce(0) { $0 + $1.0 * $1.1 }
                    for k in 0..<keys {
                        let slope = 0.75 * weights[k] * (pulls[k] - mean)
                        for i in 0..<s.depth {
                            y[output(q, i)] += weights[k] * x[place(k, 2, i)]
                            d[place(q, 0, i)] += slope * x[place(k, 1, i)]
                            d[place(k, 1, i)] += slope * x[place(q, 0, i)]
                            d[place(k, 2, i)] += weights[k] * g[output(q, i)]
                        }
                    }
                }
            }
        }
    }
}
