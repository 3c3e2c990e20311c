import Options

/// Wide residual nets WRN-D-K (Zagoruyko and Komodakis 2016): depth D = 6n + 4, K times wider than
/// a ResNet, batch norm and ReLU before each convolution.
///
/// Named as torchvision names residual nets: `conv1`, `layer1.0.bn1`, `layer1.0.conv1` …
/// `layer1.0.downsample.0` (a 1×1 convolution alone), `bn1`, `fc`.
/// Taps: `layer1`, `layer2`, `layer3`; `features`, the global average; `classes`, the class
/// activation maps.
public struct WideResNet: Architecture {
    /// Layers with weights on the longest path, D: 6n + 4.
    public let depth: Int
    /// How many times wider than a ResNet it is, K.
    public let widening: Int
    /// Channels of the first convolution; the stages have K, 2K and 4K times as many.
    public var width: Int
    /// The probability that an activation inside a block becomes zero while training.
    public var dropout: Float
    /// Whether it classifies after every stage.
    public var hasExits: Bool

    /// - Precondition: the depth is 6n + 4, n ≥ 1.
    public init(
        depth: Int, widening: Int, width: Int = 16, dropout: Float = 0, hasExits: Bool = false
    ) {
        precondition(depth >= 10 && depth % 6 == 4, "no wide residual net of depth \(depth)")
        self.depth = depth
        self.widening = widening
        self.width = width
        self.dropout = dropout
        self.hasExits = hasExits
    }

    /// Those that the registry lists.
    static let entries = [
        (10, 1), (16, 1), (16, 2), (16, 4), (28, 2), (28, 4), (28, 10), (40, 1), (40, 2),
    ].map(entry)

    private static func entry(depth: Int, widening: Int) -> Registry<any Architecture>.Entry {
        .init(
            "wrn-\(depth)-\(widening)",
            "wide residual net, depth \(depth), \(widening) times wider (Zagoruyko 2016)"
        ) { (options) throws(SettingError) in
            guard depth >= 10, depth % 6 == 4, (1...64).contains(widening) else {
                throw SettingError(
                    "\(options.subject): wrn-D-K has a depth D of 10, 16, 22, … and a widening"
                        + " factor K of 1 to 64")
            }
            return WideResNet(
                depth: depth, widening: widening, width: options.width(default: 16),
                dropout: options.dropout(), hasExits: options.exits())
        }
    }

    /// The entry of a name of the form `wrn-D-K`.
    static func entry(named name: String) -> Registry<any Architecture>.Entry? {
        guard let match = name.wholeMatch(of: /wrn-([1-9][0-9]{0,3})-([1-9][0-9]{0,3})/),
            let depth = Int(match.1), let widening = Int(match.2)
        else { return nil }
        return entry(depth: depth, widening: widening)
    }

    public var exits: [String] { hasExits ? EarlyExit.names(2) : [] }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "wrn-\(depth)-\(widening)")
        let (blocks, wide) = ((depth - 4) / 6, width * widening)
        let conv1 = Convolution(
            "conv1", input[0], width, Window(3, padding: 1), bias: false, in: &builder)
        let stages = ResidualStage.chain(
            of: [blocks, blocks, blocks], from: width, width: wide, after: nil, in: &builder
        ) {
            WideBlock($0, $1, stride: $2, dropout: dropout, in: &$3)
        }
        return Layers(
            conv1: conv1, stages: stages,
            bn1: BatchNormalization("bn1", 4 * wide, in: &builder),
            head: LinearHead(4 * wide, classes: classes, in: &builder),
            exits: hasExits ? stages.exits(width: wide, classes: classes, in: &builder) : nil)
    }

    private struct Layers: Network {
        let conv1: Convolution
        let stages: [ResidualStage]
        let bn1: BatchNormalization
        let head: LinearHead
        let exits: ImageExits?

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = conv1(x, pass)
            for (index, stage) in stages.enumerated() {
                x = stage(x, pass)
                exits?(index + 1, x, pass)
            }
            return head(bn1(x, pass, isRectified: true), pass)
        }
    }
}

/// Two 3×3 convolutions, each after batch norm and ReLU, added to the block's input; where the
/// shape changes, to a projection of the first activation.
private struct WideBlock: Block {
    private let bn1: BatchNormalization
    private let conv1: Convolution
    private let bn2: BatchNormalization
    private let dropout: Dropout
    private let conv2: Convolution
    private let downsample: Convolution?

    init(
        _ inputs: Int, _ outputs: Int, stride: Int, dropout: Float, in builder: inout ModelBuilder
    ) {
        bn1 = BatchNormalization("bn1", inputs, in: &builder)
        conv1 = Convolution(
            "conv1", inputs, outputs, Window(3, stride: stride, padding: 1), bias: false,
            in: &builder)
        bn2 = BatchNormalization("bn2", outputs, in: &builder)
        self.dropout = Dropout(dropout)
        conv2 = Convolution(
            "conv2", outputs, outputs, Window(3, padding: 1), bias: false, in: &builder)
        guard stride != 1 || inputs != outputs else {
            downsample = nil
            return
        }
        downsample = builder.scoped("downsample") { builder in
            Convolution("0", inputs, outputs, Window(1, stride: stride), bias: false, in: &builder)
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let active = bn1(x, pass, isRectified: true)
        let shortcut = downsample.map { $0(active, pass) } ?? x
        let inner = bn2(conv1, of: active, pass, isRectified: true)
        return conv2(dropout(inner, pass), pass) + shortcut
    }
}
