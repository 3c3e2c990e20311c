/// The two kinds of block of residual nets (He et al. 2016), each added to its input, or to a
/// projection of it where the shape changes.
enum ResidualBlock: Sendable {
    /// Two 3×3 convolutions.
    case basic
    /// A 1×1 convolution to a quarter of the channels, a 3×3 that has the stride, and a 1×1 back.
    case bottleneck

    /// How many times the channels of a stage's 3×3 convolutions its outputs have.
    var expansion: Int { self == .basic ? 1 : 4 }

    /// Builds a block.
    func make(
        _ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder
    ) -> any Block {
        switch self {
        case .basic: BasicBlock(inputs, outputs, stride: stride, in: &builder)
        case .bottleneck: BottleneckBlock(inputs, outputs, stride: stride, in: &builder)
        }
    }
}

/// Two 3×3 convolutions beside a shortcut.
private struct BasicBlock: Block {
    private let conv1: Convolution
    private let bn1: BatchNormalization
    private let conv2: Convolution
    private let bn2: BatchNormalization
    private let downsample: Projection?

    init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        conv1 = Convolution(
            "conv1", inputs, outputs, Window(3, stride: stride, padding: 1), bias: false,
            in: &builder)
        bn1 = BatchNormalization("bn1", outputs, in: &builder)
        conv2 = Convolution(
            "conv2", outputs, outputs, Window(3, padding: 1), bias: false, in: &builder)
        bn2 = BatchNormalization("bn2", outputs, in: &builder)
        downsample = Projection(inputs, outputs, stride: stride, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let shortcut = downsample?(x, pass) ?? x
        let inner = bn1(conv1, of: x, pass, isRectified: true)
        return bn2(conv2, of: inner, pass, adding: shortcut, isRectified: true)
    }
}

/// 1×1, 3×3 and 1×1 convolutions beside a shortcut; the 3×3 has the stride, as torchvision has it.
private struct BottleneckBlock: Block {
    private let conv1: Convolution
    private let bn1: BatchNormalization
    private let conv2: Convolution
    private let bn2: BatchNormalization
    private let conv3: Convolution
    private let bn3: BatchNormalization
    private let downsample: Projection?

    init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        let inner = outputs / ResidualBlock.bottleneck.expansion
        conv1 = Convolution("conv1", inputs, inner, Window(1), bias: false, in: &builder)
        bn1 = BatchNormalization("bn1", inner, in: &builder)
        conv2 = Convolution(
            "conv2", inner, inner, Window(3, stride: stride, padding: 1), bias: false,
            in: &builder)
        bn2 = BatchNormalization("bn2", inner, in: &builder)
        conv3 = Convolution("conv3", inner, outputs, Window(1), bias: false, in: &builder)
        bn3 = BatchNormalization("bn3", outputs, in: &builder)
        downsample = Projection(inputs, outputs, stride: stride, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let shortcut = downsample?(x, pass) ?? x
        let narrow = bn1(conv1, of: x, pass, isRectified: true)
        let inner = bn2(conv2, of: narrow, pass, isRectified: true)
        return bn3(conv3, of: inner, pass, adding: shortcut, isRectified: true)
    }
}

/// The 1×1 convolution and batch norm of a shortcut whose shape changes: `downsample.0` and `.1`.
private struct Projection: Sendable {
    private let convolution: Convolution
    private let norm: BatchNormalization

    /// Nil where the shape stays.
    init?(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        guard stride != 1 || inputs != outputs else { return nil }
        (convolution, norm) = builder.scoped("downsample") { builder in
            (
                Convolution(
                    "0", inputs, outputs, Window(1, stride: stride), bias: false, in: &builder),
                BatchNormalization("1", outputs, in: &builder)
            )
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        norm(convolution, of: x, pass)
    }
}
