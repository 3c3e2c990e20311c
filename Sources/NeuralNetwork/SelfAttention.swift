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
    public func callAsFunction(_ x: Variable, length: Int, _ pass: ForwardPass) -> Variable {
        let (samples, width) = (x.shape[0] / length, x.shape[1])
        let depth = width / heads
        let parts = x.linear(pass.parameter(weight), bias: pass.parameter(bias))
            .reshaped([samples, length, 3, heads, depth]).permuted([2, 0, 3, 1, 4])
            .reshaped([3, samples * heads, length, depth])
        func part(_ index: Int) -> Variable {
            parts.rows(index..<index + 1).reshaped([samples * heads, length, depth])
        }
        let scores = (part(0) / Float(depth).squareRoot())
            .batchedMatmul(part(1).permuted([0, 2, 1]))
        let mixed = scores.softmax().batchedMatmul(part(2))
            .reshaped([samples, heads, length, depth]).permuted([0, 2, 1, 3])
        return output(mixed.reshaped([samples * length, width]), pass)
    }
}
