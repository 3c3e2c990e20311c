import Options

/// The residual nets for small images (He et al. 2016, section 4.2), of depth 6n + 2, with the 1×1
/// convolution shortcut.
///
/// Names are torchvision's: `conv1`, `bn1`, `layer1.0.conv1` … `layer2.0.downsample.0`, `fc`.
/// Taps: `layer1`, `layer2`, `layer3`; `features`, the global average.
public struct ResNet: Architecture {
    /// Layers with weights on the longest path: 6n + 2.
    public let depth: Int
    /// Channels of the first stage; the others have twice and four times as many.
    public var width: Int

    /// - Precondition: the depth is 6n + 2, n ≥ 1.
    public init(depth: Int, width: Int = 16) {
        precondition(depth >= 8 && depth % 6 == 2, "no residual net of depth \(depth)")
        self.depth = depth
        self.width = width
    }

    /// Those of the depths that the registry lists.
    static let entries = [8, 14, 20, 32, 56, 110].map(entry)

    private static func entry(depth: Int) -> Registry<any Architecture>.Entry {
        .init("resnet\(depth)", "residual net of \(depth) layers (He et al. 2016)") {
            (options) throws(SettingError) in
            ResNet(depth: depth, width: options.width(default: 16))
        }
    }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "resnet\(depth)")
        let blocks = (depth - 2) / 6
        return Layers(
            conv1: Convolution(
                "conv1", input[0], width, Window(3, padding: 1), bias: false, in: &builder),
            bn1: BatchNormalization("bn1", width, in: &builder),
            stages: ResidualStage.three(
                of: blocks, from: width, width: width, after: .relu, in: &builder
            ) {
                ResidualBlock($0, $1, stride: $2, in: &$3)
            },
            fc: Linear("fc", 4 * width, classes, in: &builder))
    }

    private struct Layers: Network {
        let conv1: Convolution
        let bn1: BatchNormalization
        let stages: [ResidualStage]
        let fc: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = bn1(conv1, of: x, pass, isRectified: true)
            for stage in stages { x = stage(x, pass) }
            let features = x.globalAveragePool()
            pass.tap("features", features, after: .relu)
            return fc(features, pass)
        }
    }
}

/// Two 3×3 convolutions added to their input, or to a projection of it where the shape changes.
private struct ResidualBlock: Block {
    private let conv1: Convolution
    private let bn1: BatchNormalization
    private let conv2: Convolution
    private let bn2: BatchNormalization
    private let downsample: (convolution: Convolution, norm: BatchNormalization)?

    init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        conv1 = Convolution(
            "conv1", inputs, outputs, Window(3, stride: stride, padding: 1), bias: false,
            in: &builder)
        bn1 = BatchNormalization("bn1", outputs, in: &builder)
        conv2 = Convolution(
            "conv2", outputs, outputs, Window(3, padding: 1), bias: false, in: &builder)
        bn2 = BatchNormalization("bn2", outputs, in: &builder)
        guard stride != 1 || inputs != outputs else {
            downsample = nil
            return
        }
        downsample = builder.scoped("downsample") { builder in
            (
                Convolution(
                    "0", inputs, outputs, Window(1, stride: stride), bias: false, in: &builder),
                BatchNormalization("1", outputs, in: &builder)
            )
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let shortcut = downsample.map { $0.norm($0.convolution, of: x, pass) } ?? x
        let inner = bn1(conv1, of: x, pass, isRectified: true)
        return bn2(conv2, of: inner, pass, adding: shortcut, isRectified: true)
    }
}
