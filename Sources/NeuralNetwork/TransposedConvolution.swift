import Kernels

extension Variable {
    /// The transposed 2-d convolution of images N×C×H×W with weights C×K×kh×kw and a bias of K: the
    /// gradient of a convolution in its input, as PyTorch's `conv_transpose2d` has it.
    ///
    /// - Returns: N×K×H'×W', H' = (H − 1)·stride − 2·padding + kh.
    public func transposedConvolution(
        _ weight: Variable, bias: Variable, stride: Int = 1, padding: Int = 0
    ) -> Variable {
        precondition(weight.shape[0] == shape[1], "weights and images differ in channels")
        let (filters, kernel) = (weight.shape[1], Array(weight.shape.dropFirst(2)))
        let size = zip(shape.dropFirst(2), kernel).map { ($0 - 1) * stride - 2 * padding + $1 }
        let outputShape = [shape[0], filters] + size
        let s = Window(height: kernel[0], width: kernel[1], stride: stride, padding: padding)
            .shape(over: outputShape, filters: shape[1])
        let (x, w) = (value.pixels, weight.value.floats)
        let (inputShape, weightShape, needsInput) = (shape, weight.shape, needsGradient)
        let plain = Tensor(
            images: outputShape, pixels: Kernels.convolutionInputGradient(w, x, s))
        let result = Variable.operation(
            plain, of: [self, weight], multiplyAdds: value.count * filters * kernel[0] * kernel[1]
        ) { g in
            let g = g.pixels
            let input = needsInput ? Kernels.convolution(g, w, bias: nil, s) : nil
            let found = Kernels.convolutionGradients(g, w, x, s, needsInput: false)
            return [
                input.map { Tensor(images: inputShape, pixels: $0) },
                Tensor(shape: weightShape, floats: found.weights),
            ]
        }
        return result + bias.reshaped([1, filters, 1, 1])
    }
}

/// A transposed 2-d convolution, which enlarges images.
public struct TransposedConvolution: Sendable {
    private let weight: Int
    private let bias: Int
    private let window: Window

    /// Declares `weight` and `bias` below `name`, as PyTorch begins them: uniform in
    /// ±1 / √(filters · kernel).
    public init(
        _ name: String, _ channels: Int, _ filters: Int, _ window: Window,
        in builder: inout ModelBuilder
    ) {
        precondition(window.groups == 1, "groups are not transposed")
        self.window = window
        let shape = [channels, filters, window.kernel.height, window.kernel.width]
        let bound = 1 / Float(shape.dropFirst().reduce(1, *)).squareRoot()
        (weight, bias) = builder.scoped(name) { builder in
            (
                builder.parameter("weight", shape, .uniform(bound: bound)),
                builder.parameter("bias", [filters], .uniform(bound: bound))
            )
        }
    }

    /// N×channels×H×W to N×filters×H'×W'.
    public func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        x.transposedConvolution(
            pass.parameter(weight), bias: pass.parameter(bias), stride: window.stride,
            padding: window.padding)
    }
}
