/// Normalises each row along the last dimension by its own mean and variance (Ba et al. 2016).
public struct LayerNormalization: Sendable {
    private let weight: Int
    private let bias: Int
    private let epsilon: Float

    public init(
        _ name: String, _ width: Int, epsilon: Float = 1e-5, in builder: inout ModelBuilder
    ) {
        self.epsilon = epsilon
        (weight, bias) = builder.scoped(name) { builder in
            (
                builder.parameter("weight", [width], .constant(1)),
                builder.parameter("bias", [width], .constant(0))
            )
        }
    }

    /// …×width to the same shape.
    public func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        x.layerNormalized(epsilon: epsilon) * pass.parameter(weight) + pass.parameter(bias)
    }
}

extension Variable {
    /// (x − mean) / √(variance + ε) of each row along the last dimension; the variance is the biased
    /// one.
    public func layerNormalized(epsilon: Float) -> Variable {
        let last = [shape.count - 1]
        let centred = self - mean(along: last)
        return centred / (centred.squared().mean(along: last) + epsilon).squareRoot()
    }
}
