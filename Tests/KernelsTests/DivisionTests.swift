import Kernels
import Testing

/// What the engine sees of the kernels, on arrays of several pieces.
@Suite(.timeLimit(.minutes(1)))
struct DivisionTests {
    private static func floats(_ count: Int) -> Floats {
        var numbers = Numbers(seed: UInt64(count))
        return Floats(numbers.array(count))
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let results = [1, 2, 3].map { threads in
            Parallel.withThreads(threads) { Self.results().map(\.array) }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func theNumberOfThreadsHoldsWhereItWasGiven() async {
        #expect(Parallel.threads == 1)
        await withTaskGroup(of: Int.self) { group in
            for threads in 2...9 {
                group.addTask {
                    Parallel.withThreads(threads) {
                        Parallel.withThreads(threads + 1) {}
                        _ = Self.results()
                        return Parallel.threads - threads
                    }
                }
            }
            for await difference in group { #expect(difference == 0) }
        }
        #expect(Parallel.threads == 1)
    }

    /// One of everything that is divided.
    private static func results() -> [Floats] {
        let (x, weights) = (floats(600 * 130), floats(70 * 130))
        let linear = Kernels.linear(
            x, weights: weights, bias: floats(70), inputs: 130, activation: .gelu)
        let gradient = Kernels.linearWeightGradient(linear.result, x, inputs: 130, outputs: 70)
        let wide = Kernels.linear(floats(9 * 130), weights: x, bias: nil, inputs: 130)
        let rows = Kernels.normalizeRows(
            x, scale: floats(130), shift: floats(130), epsilon: 1e-5)
        let byRows = Kernels.normalizeRowsGradient(
            rows.y, x, scale: floats(130), moments: rows.moments)
        let shape = AttentionShape(sequences: 13, length: 20, heads: 3, depth: 10)
        let inputs = floats(13 * 20 * 90)
        let attention = Kernels.attention(inputs, shape)
        let byInputs = Kernels.attentionGradient(
            attention.y, inputs, logSums: attention.logSums, shape)
        let entropy = Kernels.crossEntropy(
            x, classes: 130, labels: (0..<600).map { $0 % 130 }, smoothing: 0.1)
        return [
            linear.sums, linear.result, gradient.weights, gradient.bias, wide.result, rows.y,
            byRows.input, byRows.scale, byRows.shift, attention.y, byInputs, entropy.logSums,
            Floats([entropy.sum]), Kernels.softmax(x, width: 130),
            Kernels.logSoftmax(x, width: 130),
        ]
    }

    /// Every pattern of repeated dimensions of a 3×300×257.
    @Test(arguments: 0..<8)
    func broadcastingFollowsTheSteps(pattern: Int) {
        let shape = [3, 300, 257]
        let kept = (0..<3).map { pattern >> $0 & 1 == 1 ? shape[$0] : 1 }
        var (steps, count) = ([0, 0, 0], 1)
        for axis in (0..<3).reversed() where kept[axis] > 1 {
            steps[axis] = count
            count *= kept[axis]
        }
        let (x, y) = (Self.floats(3 * 300 * 257), Self.floats(count))
        let whole = Strided(x, steps: [300 * 257, 257, 1], within: shape)
        let part = Strided(y, steps: steps, within: shape)
        let product = Kernels.apply(.multiply, whole, part, shape: shape).array
        let repeated = Kernels.gather(part, shape: shape).array
        let sums = Kernels.sum(x, shape: shape, steps: steps, count: count).array
        var exact = [Double](repeating: 0, count: count)
        var sizes = exact
        var wrong = 0
        for place in 0..<x.count {
            let index = [place / (300 * 257), place / 257 % 300, place % 257]
            let at = zip(index, steps).reduce(0) { $0 + $1.0 * $1.1 }
            if repeated[place] != y[at] || product[place] != x[place] * y[at] { wrong += 1 }
            exact[at] += Double(x[place])
            sizes[at] += Double(abs(x[place]))
        }
        #expect(wrong == 0)
        let terms = Double(x.count / count)
        #expect(agree(sums, zip(exact, sizes).map { ($0, terms * rounding * $1) }))
    }

    @Test func anUpdateLeavesCopiesAsTheyWere() {
        var weights = Self.floats(70_000)
        let (copy, before) = (weights, weights.array)
        let slice = weights[100..<200]
        var velocity = Floats(repeating: 0, count: 70_000)
        let update = Kernels.SGDUpdate(rate: 0.5, momentum: 0.5, decay: 0, isNesterov: false)
        for _ in 0..<2 {
            Kernels.update(
                &weights, gradient: Floats(repeating: 1, count: 70_000), velocity: &velocity,
                by: update)
        }
        // Velocities of 1 and 1.5.
        let wrong = zip(weights.array, before).filter { abs($0 - ($1 - 1.25)) > 1e-6 }
        #expect(wrong.isEmpty)
        #expect(copy.array == before && slice.array == Array(before[100..<200]))
    }

    @Test func aProductOfNothingIsZero() {
        var result = Self.floats(6)
        let nothing = Floats(uninitialized: 0)
        Kernels.product(
            Matrix(nothing, rows: 2, columns: 0), Matrix(nothing, rows: 0, columns: 3),
            into: &result, adding: false)
        #expect(result.array == [0, 0, 0, 0, 0, 0])
    }
}
