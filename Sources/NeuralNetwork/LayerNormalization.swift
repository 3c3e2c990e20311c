import Kernels

/// Normalises each row along the last dimension by its own mean and variance (Ba et al. 2016).
public struct LayerNormalization: Sendable {
    private let weight: Int
    private let bias: Int
    private let epsilon: Float

    /// - Parameters:
    ///   - width: the last extent of its inputs.
    ///   - epsilon: added to the variance.
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
        x.layerNormalized(
            scale: pass.parameter(weight), shift: pass.parameter(bias), epsilon: epsilon)
    }
}

extension Variable {
    /// scale·(x − mean) / √(variance + ε) + shift of each row along the last dimension; the
    /// variance is the biased one.
    ///
    /// scale, shift: as wide as a row.
    public func layerNormalized(scale: Variable, shift: Variable, epsilon: Float) -> Variable {
        let (shape, x, scales) = (shape, value.floats, scale.value.floats)
        precondition(scale.shape == [shape.last ?? 1], "one factor for each column of \(shape)")
        let (y, moments) = Kernels.normalizeRows(
            x, scale: scales, shift: shift.value.floats, epsilon: epsilon)
        return .operation(
            Tensor(shape: shape, floats: y), of: [self, scale, shift],
            as: .layerNormalization(epsilon: epsilon)
        ) { g in
            let gradient = Kernels.normalizeRowsGradient(
                g.floats, x, scale: scales, moments: moments)
            return [
                Tensor(shape: shape, floats: gradient.input),
                Tensor(shape: [scales.count], floats: gradient.scale),
                Tensor(shape: [scales.count], floats: gradient.shift),
            ]
        }
    }
}
