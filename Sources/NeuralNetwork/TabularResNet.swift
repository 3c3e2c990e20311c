import Options

/// A residual network over the features of a sample (Gorishniy et al. 2021).
///
/// A block is `x + dropout(linear2(dropout(relu(linear1(batch norm(x))))))`; what comes out of the
/// last one is normalised and rectified once more. Names are those of the paper's code:
/// `input_projection`, `blocks.0.normalization`, `blocks.0.linear1`, `blocks.0.linear2`, …,
/// `output.normalization`, `output.linear`. Taps: `block1`, `block2`, …; `features`, the input of
/// the last layer.
public struct TabularResNet: Architecture, Configurable {
    public static let name = "tabular-resnet"
    public static let summary = "residual net over features (Gorishniy et al. 2021)"

    /// The width of what the blocks add to.
    public var width: Int
    /// How many blocks there are.
    public var blocks: Int
    /// The width between the two layers of a block.
    public var hidden: Int
    /// The probability that a hidden activation becomes zero while training.
    public var dropout: Float
    /// The probability that what a block adds becomes zero while training.
    public var residualDropout: Float

    /// A network of these widths.
    public init(
        width: Int = 192, blocks: Int = 2, hidden: Int = 384, dropout: Float = 0,
        residualDropout: Float = 0
    ) {
        self.width = width
        self.blocks = blocks
        self.hidden = hidden
        self.dropout = dropout
        self.residualDropout = residualDropout
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 192, in: 1...65536, help: "numbers that the blocks add to")
        blocks = options.value("blocks", default: 2, in: 1...256)
        hidden = options.value(
            "hidden", default: 2 * width, in: 1...65536, help: "width inside a block")
        dropout = options.dropout()
        residualDropout = options.value(
            "residual-dropout", default: 0, in: 0...0.99, help: "of what a block adds")
    }

    /// An image is read as its pixels.
    public var needsImages: Bool { false }

    /// Accepts any input, which is flattened.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let projection = Linear("input_projection", input.reduce(1, *), width, in: &builder)
        let blocks = builder.scoped("blocks") { builder in
            (0..<self.blocks).map { index in
                builder.scoped("\(index)") { TabularBlock(self, in: &$0) }
            }
        }
        let (normalization, linear) = builder.scoped("output") { builder in
            (
                BatchNormalization("normalization", width, in: &builder),
                Linear("linear", width, classes, in: &builder)
            )
        }
        return Layers(
            projection: projection, blocks: blocks, normalization: normalization, linear: linear)
    }

    private struct Layers: Network {
        let projection: Linear
        let blocks: [TabularBlock]
        let normalization: BatchNormalization
        let linear: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = projection(x.flattened(), pass)
            for (index, block) in blocks.enumerated() {
                x = block(x, pass)
                pass.tap("block\(index + 1)", x, after: nil)
            }
            x = normalization(x, pass, isRectified: true)
            pass.tap("features", x, after: .relu)
            return linear(x, pass)
        }
    }
}

/// Two linear layers behind a batch norm, added to their input.
private struct TabularBlock: Sendable {
    private let normalization: BatchNormalization
    private let linear1: Linear
    private let linear2: Linear
    private let dropout: Dropout
    private let residualDropout: Dropout

    init(_ plan: TabularResNet, in builder: inout ModelBuilder) {
        normalization = BatchNormalization("normalization", plan.width, in: &builder)
        linear1 = Linear("linear1", plan.width, plan.hidden, in: &builder)
        linear2 = Linear("linear2", plan.hidden, plan.width, in: &builder)
        dropout = Dropout(plan.dropout)
        residualDropout = Dropout(plan.residualDropout)
    }

    /// N×width to the same shape.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let inner = dropout(linear1(normalization(x, pass), pass, activation: .relu), pass)
        return x + residualDropout(linear2(inner, pass), pass)
    }
}
