import Bytes
import NeuralNetwork
import Testing

/// Every differentiable operation against central differences.
@Suite(.timeLimit(.minutes(1)))
struct OperationGradientTests {
    /// One operation with the shapes of its operands.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shapes: [[Int]]
        /// Operands are drawn from ±1 around this.
        var centre: Float = 0
        let apply: @Sendable ([Variable]) -> Variable

        var testDescription: String { name }
    }

    @Test(arguments: elementwise + broadcasting + shaping + matrices + images + composites)
    func agreesWithCentralDifferences(_ example: Case) {
        let operands = example.shapes.enumerated().map { index, shape in
            random(shape, key: RandomKey(seed: 7).child(index), centre: example.centre)
        }
        for index in operands.indices {
            let analytic = gradient(of: example, at: operands, in: index)
            let numeric = differences(of: example, at: operands, in: index)
            let error = distance(analytic, numeric)
            #expect(error < 5e-3, "operand \(index): relative error \(error)")
        }
    }

    /// A fixed random projection of the result makes it a scalar.
    private func projected(_ example: Case, _ operands: [Variable]) -> Variable {
        let result = example.apply(operands)
        let weights = random(result.shape, key: RandomKey(seed: 8), centre: 0)
        return (result * Variable(weights)).sum()
    }

    private func gradient(of example: Case, at operands: [Tensor], in index: Int) -> [Double] {
        let tape = Tape()
        let leaves = operands.map(tape.leaf)
        tape.backward(from: projected(example, leaves))
        return leaves[index].gradient?.values.map(Double.init) ?? []
    }

    private func differences(of example: Case, at operands: [Tensor], in index: Int) -> [Double] {
        let step: Float = 1e-2
        let values = operands[index].values
        func shifted(_ element: Int, _ amount: Float) -> Double {
            var moved = values
            moved[element] += amount
            var all = operands.map { Variable($0) }
            all[index] = Variable(Tensor(shape: operands[index].shape, values: moved))
            let result = example.apply(all).value.values
            let weights = random([result.count], key: RandomKey(seed: 8), centre: 0).values
            return zip(result, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return values.indices.map { element in
            (shifted(element, step) - shifted(element, -step)) / Double(2 * step)
        }
    }
}

/// Uniform numbers in ±1 around `centre`, none within 0.02 of zero, where some operations have a
/// kink.
func random(_ shape: [Int], key: RandomKey, centre: Float) -> Tensor {
    let values = (0..<shape.reduce(1, *)).map { index -> Float in
        let x = 2 * key.uniform(at: index) - 1 + centre
        return abs(x) < 0.02 ? x + 0.05 : x
    }
    return Tensor(shape: shape, values: values)
}

/// ‖a − b‖ / ‖b‖, or 1 where the sizes differ.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return 1 }
    let norm = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let error = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    return norm == 0 ? error : error / norm
}

private let elementwise: [OperationGradientTests.Case] =
    Activation.allCases.map { activation in
        .init(name: activation.rawValue, shapes: [[3, 5]]) { activation($0[0]) }
    } + [
        .init(name: "exp", shapes: [[7]]) { $0[0].exp() },
        .init(name: "log", shapes: [[7]], centre: 2) { $0[0].log() },
        .init(name: "square root", shapes: [[7]], centre: 2) { $0[0].squareRoot() },
        .init(name: "square", shapes: [[7]]) { $0[0].squared() },
        .init(name: "absolute", shapes: [[9]]) { $0[0].absolute() },
        .init(name: "huber", shapes: [[9]]) { ($0[0] * 2).map(.huber) },
        .init(name: "at least", shapes: [[9]]) { $0[0].map(.atLeast(0)) },
        .init(name: "negation", shapes: [[3]]) { -$0[0] },
        .init(name: "affine", shapes: [[4]]) { 3 * $0[0] / 2 + 1 - 5 },
        .init(name: "dropout", shapes: [[40]]) { $0[0].dropout(0.5, key: RandomKey(seed: 3)) },
    ]

private let broadcasting: [OperationGradientTests.Case] = [
    .init(name: "sum of alike", shapes: [[2, 3], [2, 3]]) { $0[0] + $0[1] },
    .init(name: "sum with itself", shapes: [[4]]) { $0[0] + $0[0] },
    .init(name: "sum with a row", shapes: [[4, 3], [3]]) { $0[0] + $0[1] },
    .init(name: "difference with a column", shapes: [[4, 3], [4, 1]]) { $0[0] - $0[1] },
    .init(name: "outer product", shapes: [[4, 1], [1, 3]]) { $0[0] * $0[1] },
    .init(name: "product with channels", shapes: [[2, 3, 2, 2], [1, 3, 1, 1]]) { $0[0] * $0[1] },
    .init(name: "quotient by a scalar", shapes: [[2, 3], []], centre: 2) { $0[0] / $0[1] },
    .init(name: "quotient", shapes: [[3, 1, 2], [2, 2]], centre: 2) { $0[0] / $0[1] },
]

private let shaping: [OperationGradientTests.Case] = [
    .init(name: "reshape", shapes: [[2, 6]]) { $0[0].reshaped([3, 4]).squared() },
    .init(name: "flatten", shapes: [[2, 3, 2]]) { $0[0].flattened().squared() },
    .init(name: "permute", shapes: [[2, 3, 4]]) { $0[0].permuted([2, 0, 1]).squared() },
    .init(name: "rows", shapes: [[5, 2]]) { $0[0].rows(1..<4) },
    .init(name: "rows twice", shapes: [[5, 2]]) { $0[0].rows(0..<3) * $0[0].rows(2..<5) },
    .init(name: "selected rows", shapes: [[5, 2]]) {
        $0[0].selecting(rows: [4, 1, 1]).squared()
    },
    .init(name: "selected elements", shapes: [[2, 3]]) {
        $0[0].selecting(elements: [5, 0, 5, 2], shape: [2, 2]).squared()
    },
    .init(name: "concatenation", shapes: [[2, 3], [1, 3]]) { .concatenating($0).squared() },
    .init(name: "transpose", shapes: [[5, 6]]) { $0[0].transposed().squared() },
    .init(name: "columns side by side", shapes: [[2, 3], [2, 1], [2, 2]]) {
        .concatenating(columns: $0).squared()
    },
    .init(name: "columns", shapes: [[3, 6]]) {
        let parts = $0[0].split(intoColumns: [1, 3, 2])
        return parts[1].squared() * parts[0]
    },
    .init(name: "columns twice", shapes: [[3, 4]]) {
        let parts = $0[0].split(intoColumns: [2, 2])
        return parts[0] * parts[1] + $0[0].split(intoColumns: [2, 2])[0]
    },
    .init(name: "pixels as rows", shapes: [[2, 3, 2, 2]]) { $0[0].pixelRows().squared() },
    .init(name: "rows as pixels", shapes: [[8, 3]]) {
        $0[0].images([2, 3, 2, 2]).reshaped([24]).squared()
    },
    .init(name: "sum along", shapes: [[2, 3, 4]]) { $0[0].sum(along: [1]).squared() },
    .init(name: "mean along", shapes: [[2, 3, 4]]) { $0[0].mean(along: [0, 2]).squared() },
    .init(name: "sum", shapes: [[3, 3]]) { $0[0].sum() },
    // The maximum counts as a constant, of which the softmax makes nothing.
    .init(name: "relative to row maxima", shapes: [[3, 4]]) {
        $0[0].relativeToRowMaxima().logSoftmax()
    },
    .init(name: "mean", shapes: [[3, 3]]) { $0[0].squared().mean() },
    .init(name: "normalized rows", shapes: [[3, 4]]) { $0[0].normalizedRows() },
]

/// Sequences of 3, 2 and 1 positions.
private var padding: PaddingMask {
    PaddingMask(
        Variable(Tensor(shape: [3, 1, 1, 3], values: [1, 2, 3, 1, 2, 0, 1, 0, 0])), padding: 0)
}

private let matrices: [OperationGradientTests.Case] = [
    .init(name: "matrix product", shapes: [[3, 4], [4, 2]]) { $0[0].matmul($0[1]) },
    .init(name: "square of a matrix", shapes: [[3, 3]]) { $0[0].matmul($0[0].transposed()) },
    .init(name: "batched product", shapes: [[3, 2, 4], [3, 4, 2]]) {
        $0[0].batchedMatmul($0[1])
    },
    .init(name: "distances of rows", shapes: [[4, 3]]) { $0[0].rowDistances().squared() },
    .init(name: "linear", shapes: [[3, 4], [2, 4], [2]]) { $0[0].linear($0[1], bias: $0[2]) },
    .init(name: "linear, no bias", shapes: [[3, 4], [2, 4]]) { $0[0].linear($0[1], bias: nil) },
    .init(name: "linear with GELU", shapes: [[3, 4], [2, 4], [2]]) {
        $0[0].linear($0[1], bias: $0[2], activation: .gelu)
    },
    .init(name: "linear with ReLU", shapes: [[3, 4], [2, 4], [2]]) {
        $0[0].linear($0[1], bias: $0[2], activation: .relu)
    },
    .init(name: "layer normalization", shapes: [[2, 3, 5], [5], [5]]) {
        $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 1e-5)
    },
    .init(name: "self-attention", shapes: [[6, 12]]) {
        $0[0].selfAttention(heads: 2, length: 3)
    },
    .init(name: "self-attention with padding", shapes: [[9, 12]]) {
        $0[0].selfAttention(heads: 2, length: 3, padding)
    },
    .init(name: "mean without padding", shapes: [[9, 4]]) { padding.mean($0[0]).squared() },
    .init(name: "windows without padding", shapes: [[3, 4, 2, 1]]) {
        padding.applied(toWindowsOf: 2, $0[0]).squared()
    },
    .init(name: "softmax", shapes: [[3, 5]]) { $0[0].softmax() },
    .init(name: "log-softmax", shapes: [[3, 5]]) { $0[0].logSoftmax() },
    .init(name: "cross-entropy", shapes: [[3, 5]]) { $0[0].crossEntropy([0, 4, 2]) },
    .init(name: "smoothed cross-entropy", shapes: [[3, 5]]) {
        $0[0].crossEntropy([0, 4, 2], smoothing: 0.1)
    },
]

private let images: [OperationGradientTests.Case] = [
    .init(name: "convolution", shapes: [[2, 2, 5, 4], [3, 2, 3, 3], [3]]) {
        $0[0].convolution($0[1], bias: $0[2], padding: 1)
    },
    .init(name: "strided convolution", shapes: [[2, 2, 7, 6], [3, 2, 3, 3]]) {
        $0[0].convolution($0[1], bias: nil, stride: 2, padding: 1)
    },
    .init(name: "pointwise convolution", shapes: [[3, 4, 3, 3], [2, 4, 1, 1], [2]]) {
        $0[0].convolution($0[1], bias: $0[2])
    },
    .init(name: "strided pointwise convolution", shapes: [[1, 2, 5, 5], [2, 2, 1, 1]]) {
        $0[0].convolution($0[1], bias: nil, stride: 2)
    },
    .init(name: "transposed convolution", shapes: [[2, 3, 3, 2], [3, 2, 4, 4], [2]]) {
        $0[0].transposedConvolution($0[1], bias: $0[2], stride: 2, padding: 1)
    },
    .init(name: "grouped convolution", shapes: [[2, 4, 4, 4], [6, 2, 2, 3], [6]]) {
        $0[0].convolution($0[1], bias: $0[2], groups: 2)
    },
    .init(name: "depthwise convolution", shapes: [[2, 3, 4, 4], [3, 1, 3, 3]]) {
        $0[0].convolution($0[1], bias: nil, padding: 1, groups: 3)
    },
    .init(name: "padding wider than the kernel", shapes: [[1, 1, 3, 3], [1, 1, 2, 2]]) {
        $0[0].convolution($0[1], bias: nil, stride: 3, padding: 3)
    },
    .init(name: "average pooling", shapes: [[2, 2, 5, 4]]) {
        $0[0].averagePool(Window(3, stride: 2, padding: 1))
    },
    // Pixels of a window differ by more than the step of the differences.
    .init(name: "maximum pooling", shapes: [[2, 3, 7, 5]]) {
        ($0[0] + Variable(spread([2, 3, 7, 5])))
            .maxPool(Window(3, stride: 2, padding: 1)).squared()
    },
    .init(name: "up-sampling", shapes: [[2, 3, 2, 3]]) { $0[0].upsampled(by: 2).squared() },
    .init(name: "global average pooling", shapes: [[2, 3, 3, 2]]) { $0[0].globalAveragePool() },
    .init(name: "frozen batch normalization", shapes: [[3, 2, 2, 2], [2], [2]]) {
        $0[0].normalized(
            by: .init(mean: [0.3, -0.2], variance: [0.5, 2]),
            NormalizationForm(scale: $0[1], shift: $0[2], epsilon: 1e-5))
    },
    .init(
        name: "frozen batch normalization, added and rectified",
        shapes: [[3, 2, 2, 2], [2], [2], [3, 2, 2, 2]]
    ) {
        $0[0].normalized(
            by: .init(mean: [0.3, -0.2], variance: [0.5, 2]),
            NormalizationForm(
                scale: $0[1], shift: $0[2], epsilon: 1e-5, adding: $0[3], isRectified: true))
    },
    .init(name: "batch normalization, rectified", shapes: [[3, 2, 2, 2], [2], [2]]) {
        $0[0].batchNormalized(
            NormalizationForm(scale: $0[1], shift: $0[2], epsilon: 1e-5, isRectified: true)
        ).result
    },
    .init(
        name: "batch normalization, added and rectified",
        shapes: [[3, 2, 2, 2], [2], [2], [3, 2, 2, 2]]
    ) {
        $0[0].batchNormalized(
            NormalizationForm(
                scale: $0[1], shift: $0[2], epsilon: 1e-5, adding: $0[3], isRectified: true)
        ).result
    },
    .init(
        name: "convolution, normalized", shapes: [[3, 2, 4, 4], [3, 2, 3, 3], [3], [3]]
    ) {
        $0[0].normalizedConvolution(
            $0[1], bias: nil, stride: 1, padding: 1, groups: 1,
            NormalizationForm(scale: $0[2], shift: $0[3], epsilon: 1e-5)
        ).result
    },
    .init(
        name: "convolution of stride 2, normalized, added and rectified",
        shapes: [[4, 2, 5, 4], [3, 2, 3, 3], [3], [3], [4, 3, 3, 2]]
    ) {
        $0[0].normalizedConvolution(
            $0[1], bias: nil, stride: 2, padding: 1, groups: 1,
            NormalizationForm(
                scale: $0[2], shift: $0[3], epsilon: 1e-5, adding: $0[4], isRectified: true)
        ).result
    },
    .init(
        name: "depthwise convolution with a bias, normalized and rectified",
        shapes: [[3, 2, 4, 4], [2, 1, 3, 3], [2], [2], [2]]
    ) {
        $0[0].normalizedConvolution(
            $0[1], bias: $0[2], stride: 2, padding: 1, groups: 2,
            NormalizationForm(scale: $0[3], shift: $0[4], epsilon: 1e-5, isRectified: true)
        ).result
    },
    .init(
        name: "grouped convolution, normalized", shapes: [[2, 4, 4, 4], [6, 2, 2, 3], [6], [6]]
    ) {
        $0[0].normalizedConvolution(
            $0[1], bias: nil, stride: 1, padding: 0, groups: 2,
            NormalizationForm(scale: $0[2], shift: $0[3], epsilon: 1e-5)
        ).result
    },
    .init(
        name: "batch normalization, added", shapes: [[3, 2, 2, 2], [2], [2], [3, 2, 2, 2]]
    ) {
        $0[0].batchNormalized(
            NormalizationForm(scale: $0[1], shift: $0[2], epsilon: 1e-5, adding: $0[3])
        ).result
    },
    .init(name: "batch normalization", shapes: [[3, 2, 2, 2], [2], [2]]) {
        $0[0].batchNormalized(NormalizationForm(scale: $0[1], shift: $0[2], epsilon: 1e-5)).result
    },
    .init(name: "batch normalization of vectors", shapes: [[6, 3], [3], [3]]) {
        $0[0].batchNormalized(NormalizationForm(scale: $0[1], shift: $0[2], epsilon: 1e-5)).result
    },
]

/// Images whose pixels differ by 3 at least within any 3×3, in no order of their places.
private func spread(_ shape: [Int]) -> Tensor {
    let (height, width) = (shape[2], shape[3])
    let pattern = [4, 0, 7, 2, 8, 5, 1, 6, 3]
    return Tensor(
        shape: shape,
        values: (0..<shape.reduce(1, *)).map { place in
            let (y, x) = (place / width % height, place % width)
            return Float(3 * pattern[y % 3 * 3 + x % 3])
        })
}

private let composites: [OperationGradientTests.Case] = [
    .init(name: "residual", shapes: [[2, 2, 3, 3], [2, 2, 3, 3]]) {
        $0[0] + $0[0].map(.silu).convolution($0[1], bias: nil, padding: 1)
    },
    .init(name: "detached factor", shapes: [[4], [4]]) { $0[0] * $0[1].squared() },
]
