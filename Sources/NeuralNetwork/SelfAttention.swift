import Kernels

/// Multi-head attention of a sequence to itself (Vaswani et al. 2017), with PyTorch's names.
public struct SelfAttention: Sendable {
    private let weight: Int
    private let bias: Int
    private let output: Linear
    private let heads: Int

    /// - Precondition: the heads divide the width.
    public init(_ name: String, _ width: Int, heads: Int, in builder: inout ModelBuilder) {
        precondition(width.isMultiple(of: heads), "\(heads) heads of \(width)")
        self.heads = heads
        let bound = (6 / Float(4 * width)).squareRoot()
        (weight, bias, output) = builder.scoped(name) { builder in
            (
                builder.parameter("in_proj_weight", [3 * width, width], .uniform(bound: bound)),
                builder.parameter("in_proj_bias", [3 * width], .constant(0)),
                Linear("out_proj", width, width, in: &builder)
            )
        }
    }

    /// N·T×width to the same shape, with T positions for each sample.
    ///
    /// - Parameters:
    ///   - name: before the names of its taps.
    ///   - mask: which positions are padding; nil for none.
    func callAsFunction(
        _ x: Variable, as name: String, length: Int, _ mask: PaddingMask?, _ pass: ForwardPass
    ) -> Variable {
        let inputs = pass.linear(x, weight: weight, bias: bias)
        pass.tapAttention(inputs, as: name, heads: heads, length: length, mask)
        return output(inputs.selfAttention(heads: heads, length: length, mask), pass)
    }
}

extension Variable {
    /// Scaled dot-product attention of sequences to themselves: softmax(q·kᵀ / √depth)·v in every
    /// head.
    ///
    /// N·T×3·width, queries, keys and values side by side and every head's share of them a range of
    /// columns, to N·T×width.
    public func selfAttention(heads: Int, length: Int) -> Variable {
        selfAttention(heads: heads, length: length, nil)
    }

    /// As ``selfAttention(heads:length:)``; positions that are padding are attended to by none, and
    /// attend to none: their rows are 0.
    package func selfAttention(heads: Int, length: Int, _ mask: PaddingMask?) -> Variable {
        let (shape, x) = (shape, value.floats)
        precondition(
            shape.count == 2 && shape[0].isMultiple(of: length)
                && shape[1].isMultiple(of: 3 * heads),
            "\(heads) heads and sequences of \(length) do not fit \(shape)")
        let extents = AttentionShape(
            sequences: shape[0] / length, length: length, heads: heads,
            depth: shape[1] / (3 * heads), counted: mask?.lengths)
        let (y, logSums) = Kernels.attention(x, extents)
        return .operation(
            Tensor(shape: [shape[0], shape[1] / 3], floats: y),
            of: [self] + (mask.map { [$0.positions] } ?? []),
            multiplyAdds: extents.multiplyAdds, gradientMultiplyAdds: 2 * extents.multiplyAdds,
            as: .selfAttention(heads: heads, length: length)
        ) { g in
            [
                Tensor(
                    shape: shape,
                    floats: Kernels.attentionGradient(g.floats, x, logSums: logSums, extents)),
                nil,
            ]
        }
    }
}
