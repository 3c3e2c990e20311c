/// A convolution and its batch norm, neighbours in a sequence as torchvision names them: `0`, `1`.
struct NormalizedConvolution: Block {
    private let convolution: Convolution
    private let norm: BatchNormalization

    /// - Parameter position: the convolution's place in the sequence; the batch norm has the next.
    init(
        _ inputs: Int, _ outputs: Int, _ window: Window, at position: Int, bias: Bool = false,
        isAffine: Bool = true, in builder: inout ModelBuilder
    ) {
        convolution = Convolution(
            "\(position)", inputs, outputs, window, bias: bias, in: &builder)
        norm = BatchNormalization(
            "\(position + 1)", outputs, isAffine: isAffine, in: &builder)
    }

    /// A 3×3 convolution of every channel by itself.
    static func depthwise(
        _ channels: Int, stride: Int, at position: Int, in builder: inout ModelBuilder
    ) -> NormalizedConvolution {
        NormalizedConvolution(
            channels, channels, Window(3, stride: stride, padding: 1, groups: channels),
            at: position, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        norm(convolution, of: x, pass)
    }

    /// What is negative becomes zero.
    func rectified(_ x: Variable, _ pass: ForwardPass) -> Variable {
        norm(convolution, of: x, pass, isRectified: true)
    }
}
