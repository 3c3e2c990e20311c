import Bytes
import NeuralNetwork

/// The attention of *Graph-based Knowledge Distillation by Multi-head Attention Network* (Lee and
/// Song 2019) from one layer's vectors to the next one's, and the estimator by which it is learned.
struct GraphAttention: Sendable {
    private let heads: Int
    /// Of the deeper layer's vectors, and of the other's: linear, and batch norm.
    private let sender: NormalizedLinear
    private let receiver: NormalizedLinear
    private let message: NormalizedLinear
    private let estimate: Linear

    /// - Parameter widths: of the vectors of the shallower and of the deeper layer.
    init(_ widths: (from: Int, to: Int), heads: Int, in builder: inout ModelBuilder) {
        self.heads = heads
        let middle = max(1, (widths.from + widths.to) / 2)
        sender = NormalizedLinear("sender", widths.to, middle * heads, in: &builder)
        receiver = NormalizedLinear("receiver", widths.from, middle * heads, in: &builder)
        message = NormalizedLinear("message", widths.from, middle, in: &builder)
        estimate = Linear("estimate", middle * heads, widths.to, in: &builder)
    }

    /// What passes between the samples, heads×N×N: a row belongs to a sample of the deeper layer.
    func scores(_ from: Variable, _ to: Variable, _ pass: ForwardPass) -> Variable {
        byHead(sender(to, pass), [1, 0, 2]).batchedMatmul(byHead(receiver(from, pass), [1, 2, 0]))
    }

    /// N×(heads·width) as N×heads×width, with the dimensions in another order.
    private func byHead(_ x: Variable, _ axes: [Int]) -> Variable {
        x.reshaped([x.shape[0], heads, x.shape[1] / heads]).permuted(axes)
    }

    /// How far the deeper layer's vectors are from what the scores make of the other's: the mean of
    /// 1 − cos.
    ///
    /// - Parameter key: determines which rows of which heads are left out; nil for none.
    func error(
        _ from: Variable, _ to: Variable, scores: Variable, _ pass: ForwardPass, key: RandomKey?
    ) -> Variable {
        let count = from.shape[0]
        var shares = scores.softmax()
        if let key { shares = shares * Variable(kept(of: count, key)) }
        let x = message(from, pass).relu()
        let sums = shares.reshaped([heads * count, count]).matmul(x)
        let rows = sums.reshaped([heads, count, x.shape[1]]).permuted([1, 0, 2]).flattened()
        let found = estimate(rows, pass).normalizedRows()
        return (found * to).sum() / -Float(count) + 1
    }

    /// 1 for the heads whose number is above the mean of all heads', heads×N×1.
    private func kept(of count: Int, _ key: RandomKey) -> Tensor {
        let numbers = (0..<heads * count).map { key.normal(at: $0) }
        let means = (0..<count).map { row in
            (0..<heads).reduce(0) { $0 + numbers[$1 * count + row] } / Float(heads)
        }
        let values = numbers.enumerated().map { $1 > means[$0 % count] ? 1 : 0 as Float }
        return Tensor(shape: [heads, count, 1], values: values)
    }
}

/// A linear layer and the batch norm of its outputs.
struct NormalizedLinear: Sendable {
    private let linear: Linear
    private let norm: BatchNormalization

    init(_ name: String, _ inputs: Int, _ outputs: Int, in builder: inout ModelBuilder) {
        (linear, norm) = builder.scoped(name) { builder in
            (
                Linear("fc", inputs, outputs, in: &builder),
                BatchNormalization("bn", outputs, in: &builder)
            )
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        norm(linear(x, pass), pass)
    }
}
