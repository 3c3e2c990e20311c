import Loops
import Testing

/// Loops over single elements and pairs of them, bit for bit against the formula: rounding one
/// operation after another leaves no choice.
@Suite(.timeLimit(.minutes(1)))
struct ElementTests {
    static let counts = [1, 7, 16, 17, 40]

    @Test(arguments: InstructionSet.all, counts)
    func gradientDescentFollowsItsFormula(set: InstructionSet, count: Int) {
        for (momentum, isNesterov) in [(0, false), (0.75, false), (0.75, true)] as [(Float, Bool)] {
            let s = SGDStep(rate: 0.3, momentum: momentum, decay: 0.07, isNesterov: isNesterov)
            let (w, g, v) = (numbers(count, 1), numbers(count, 2), numbers(count, 3))
            let (weights, gradient, velocity) = (Memory(w), Memory(g), Memory(v))
            set.loops.step(
                s, from: weights.pointer, to: weights.pointer, gradient: gradient.pointer,
                velocity: momentum == 0 ? nil : velocity.pointer, places: 0..<count)
            for i in 0..<count {
                let d = g[i] + s.decay * w[i]
                let moved = momentum == 0 ? v[i] : momentum * v[i] + d
                let direction = momentum == 0 ? d : isNesterov ? d + momentum * moved : moved
                #expect(velocity.values[i] == moved)
                #expect(weights.values[i] == w[i] - s.rate * direction)
            }
            #expect(weights.isIntact && velocity.isIntact && gradient.values == g)
        }
    }

    @Test(arguments: InstructionSet.all, counts)
    func adamWFollowsItsFormula(set: InstructionSet, count: Int) {
        let s = AdamWStep(
            rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, decay: 0.1,
            corrections: (0.19, 0.0199))
        let (w, g, m) = (numbers(count, 1), numbers(count, 2), numbers(count, 3))
        let v = numbers(count, 4).map(abs)
        let (weights, first, second) = (Memory(count: count), Memory(m), Memory(v))
        let (old, gradient) = (Memory(w), Memory(g))
        set.loops.step(
            s, from: old.pointer, to: weights.pointer, gradient: gradient.pointer,
            first: first.pointer, second: second.pointer, places: 0..<count)
        for i in 0..<count {
            let mean = s.beta1 * m[i] + (1 - s.beta1) * g[i]
            let square = s.beta2 * v[i] + (1 - s.beta2) * g[i] * g[i]
            let root = square.squareRoot() / s.corrections.second.squareRoot() + s.epsilon
            let move = s.rate / s.corrections.first * mean / root
            #expect(first.values[i] == mean && second.values[i] == square)
            #expect(weights.values[i] == w[i] * (1 - s.rate * s.decay) - move)
        }
        #expect(weights.isIntact && first.isIntact && second.isIntact)
        #expect(old.values == w && gradient.values == g)
    }

    @Test(arguments: InstructionSet.all, counts)
    func lionFollowsItsFormula(set: InstructionSet, count: Int) {
        let s = LionStep(rate: 0.01, beta1: 0.9, beta2: 0.99, decay: 0.1)
        // Where neither the gradient nor its mean is anything, nothing but the decay moves.
        let (w, g) = (numbers(count, 1), [0] + numbers(count, 2).dropFirst())
        let m = [0] + numbers(count, 3).dropFirst()
        let (weights, mean) = (Memory(count: count), Memory(m))
        let (old, gradient) = (Memory(w), Memory(g))
        set.loops.step(
            s, from: old.pointer, to: weights.pointer, gradient: gradient.pointer,
            mean: mean.pointer, places: 0..<count)
        for i in 0..<count {
            let direction = s.beta1 * m[i] + (1 - s.beta1) * g[i]
            let sign: Float = direction > 0 ? 1 : direction < 0 ? -1 : 0
            #expect(mean.values[i] == s.beta2 * m[i] + (1 - s.beta2) * g[i])
            #expect(weights.values[i] == w[i] * (1 - s.rate * s.decay) - s.rate * sign)
        }
        #expect(weights.isIntact && mean.isIntact && old.values == w && gradient.values == g)
    }

    /// What lies outside the places stays as it was.
    @Test(arguments: InstructionSet.all)
    func aPartOfASumIsWrittenAlone(set: InstructionSet) {
        let (x, y) = (numbers(50, 1), numbers(50, 2))
        let (sum, term) = (Memory(x), Memory(y))
        set.loops.addMultiple(
            of: term.pointer, times: -1.5, to: sum.pointer, into: sum.pointer, places: 3..<44)
        let exact = x.indices.map { (3..<44).contains($0) ? x[$0] + -1.5 * y[$0] : x[$0] }
        #expect(sum.values == exact && sum.isIntact && term.values == y)
    }

    @Test(arguments: InstructionSet.all, counts)
    func whatIsNotFiniteIsFound(set: InstructionSet, count: Int) {
        // What lies behind the numbers is not looked at.
        let x = numbers(count, 1) + [.nan]
        func isFinite(_ x: [Float]) -> Bool {
            let memory = Memory(x)
            return withExtendedLifetime(memory) {
                set.loops.areFinite(memory.pointer, count: count)
            }
        }
        #expect(isFinite(x))
        for wrong in [Float.nan, .infinity, -.infinity] {
            for place in 0..<count {
                var y = x
                y[place] = wrong
                #expect(!isFinite(y))
            }
        }
        let largest = [Float](repeating: .greatestFiniteMagnitude, count: count)
        #expect(isFinite(largest))
    }

    @Test(arguments: InstructionSet.all, counts)
    func pairsFollowTheirFormula(set: InstructionSet, count: Int) {
        let (x, y) = (numbers(count, 1), numbers(count, 2))
        for (f, formula) in Self.formulas {
            let (a, b, result) = (Memory(x), Memory(y), Memory(count: count))
            set.loops.combine(f, a.pointer, b.pointer, into: result.pointer, count: count)
            #expect(a.values == x && b.values == y)
            #expect(result.values == zip(x, y).map(formula) && result.isIntact, "\(f)")
        }
    }

    private static let formulas: [(PairFunction, @Sendable (Float, Float) -> Float)] = [
        (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
        (.divide, { $0 / $1 }), (.maximum, { $0 > $1 ? $0 : $1 }),
    ]

    /// Both instruction sets add up in one order.
    @Test func sumsHaveTheSameBits() {
        for count in Self.counts + [1000] {
            let x = Memory(numbers(count, 1))
            let sums = InstructionSet.all.map { $0.loops.sum(x.pointer, count: count) }
            let squares = InstructionSet.all.map { $0.loops.sumOfSquares(x.pointer, count: count) }
            #expect(Set(sums).count == 1 && Set(squares).count == 1)
            let exact = x.values.doubles.reduce(0, +)
            #expect(abs(Double(sums[0]) - exact) <= Double(count) * rounding * Double(count))
        }
    }

    @Test(arguments: InstructionSet.all)
    func weightsArePackedInPanels(set: InstructionSet) {
        // Two lines in reverse order, three columns, four channels that lie last.
        let (filters, lines, columns, channels) = (19, 2, 3, 4)
        let weights = numbers(filters * lines * columns * channels, 1)
        let packing = WeightPacking(
            filters: filters, lines: lines, columns: columns, channels: channels,
            filterStep: lines * columns * channels, lineStep: -columns * channels,
            columnStep: channels, channelStep: 1)
        let (source, packed) = (Memory(weights), Memory(count: packing.count))
        set.loops.packWeights(
            source.pointer + (lines - 1) * columns * channels, packing, into: packed.pointer)
        var exact: [Float] = []
        for panel in 0..<2 {
            for line in (0..<lines).reversed() {
                for place in 0..<columns * channels {
                    for filter in panel * 16..<panel * 16 + 16 {
                        let row = (filter * lines + line) * columns * channels
                        exact.append(filter < filters ? weights[row + place] : 0)
                    }
                }
            }
        }
        #expect(packed.values == exact && packed.isIntact && source.values == weights)
    }

    private func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
        var numbers = Numbers(seed: seed)
        return numbers.array(count)
    }
}
