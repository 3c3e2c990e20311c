import Options

/// What a layer of a searched net may compute: from N×inputs×H×W to N×outputs×H/stride×W/stride.
public struct SearchOperation: Sendable {
    /// What the layer is given and what it yields.
    struct Shape {
        let inputs: Int
        let outputs: Int
        let stride: Int
        /// Whether batch norms learn a scale and a shift.
        let isAffine: Bool

        /// Whether the output has the shape of the input.
        var isKept: Bool { inputs == outputs && stride == 1 }
    }

    /// Builds its layers in the builder's scope.
    let make: @Sendable (Shape, inout ModelBuilder) -> any Block
}

/// The operations that the layers of a searched net can name.
public enum SearchOperations {
    /// A new operation is a line here.
    public static let registry = Registry<SearchOperation>(
        kind: "operation",
        [
            entry("conv3", "3×3 convolution, batch norm, ReLU") { shape, builder in
                ConvolutionChain([.init(kernel: 3, stride: shape.stride)], shape, in: &builder)
            },
            entry("sep5", "5×5 depthwise separable convolution (Howard et al. 2017)") {
                shape, builder in
                ConvolutionChain(
                    [.init(kernel: 5, stride: shape.stride, isDepthwise: true), .init()], shape,
                    in: &builder)
            },
            entry("mb3k3", "inverted bottleneck, 3 times as wide, 3×3 (Sandler et al. 2018)") {
                shape, builder in
                ConvolutionChain(bottleneck: 3, kernel: 3, shape, in: &builder)
            },
            entry("mb3k5", "inverted bottleneck, 3 times as wide, 5×5 (Sandler et al. 2018)") {
                shape, builder in
                ConvolutionChain(bottleneck: 3, kernel: 5, shape, in: &builder)
            },
            entry("skip", "nothing; a 1×1 convolution and batch norm where the shape changes") {
                shape, builder in
                guard !shape.isKept else { return ConvolutionChain.none }
                return ConvolutionChain(
                    [.init(stride: shape.stride, isRectified: false)], shape, in: &builder)
            },
        ])

    private static func entry(
        _ name: String, _ summary: String,
        _ make: @escaping @Sendable (SearchOperation.Shape, inout ModelBuilder) -> any Block
    ) -> Registry<SearchOperation>.Entry {
        .init(name, summary) { (_) in SearchOperation(make: make) }
    }
}

/// Convolutions one after another, each with its batch norm, named as torchvision's sequences with
/// ReLU are: `0` and `1`, `3` and `4`, …
struct ConvolutionChain: Block {
    /// One convolution.
    struct Step {
        var kernel = 1
        var stride = 1
        /// Whether each channel is convolved by itself.
        var isDepthwise = false
        var isRectified = true
        /// Nil for the layer's.
        var outputs: Int?
    }

    private let convolutions: [(layer: NormalizedConvolution, isRectified: Bool)]
    /// Whether its input is added to its output.
    private let isResidual: Bool

    /// The layer that computes nothing.
    static let none = ConvolutionChain()

    private init() { (convolutions, isResidual) = ([], false) }

    init(
        _ steps: [Step], _ shape: SearchOperation.Shape, isResidual: Bool = false,
        in builder: inout ModelBuilder
    ) {
        var channels = shape.inputs
        convolutions = steps.enumerated().map { place, step in
            let outputs = step.isDepthwise ? channels : step.outputs ?? shape.outputs
            defer { channels = outputs }
            let window = Window(
                step.kernel, stride: step.stride, padding: step.kernel / 2,
                groups: step.isDepthwise ? channels : 1)
            return (
                NormalizedConvolution(
                    channels, outputs, window, at: 3 * place, isAffine: shape.isAffine,
                    in: &builder), step.isRectified
            )
        }
        self.isResidual = isResidual
    }

    /// Widens the channels, convolves each by itself, and narrows them without ReLU; added to the
    /// input where the shape is kept.
    init(
        bottleneck expansion: Int, kernel: Int, _ shape: SearchOperation.Shape,
        in builder: inout ModelBuilder
    ) {
        self.init(
            [
                Step(outputs: expansion * shape.inputs),
                Step(kernel: kernel, stride: shape.stride, isDepthwise: true),
                Step(isRectified: false),
            ], shape, isResidual: shape.isKept, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let y = convolutions.reduce(x) { x, step in
            step.isRectified ? step.layer.rectified(x, pass) : step.layer(x, pass)
        }
        return isResidual ? x + y : y
    }
}
