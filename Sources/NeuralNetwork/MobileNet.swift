import Options

/// A small net of depthwise separable convolutions for small images, after MobileNet (Howard et al.
/// 2017).
///
/// A 3×3 convolution of w channels, then five blocks of 2w, 4w, 4w, 8w and 8w, of which the second
/// and the fourth halve the image; each block is a 3×3 convolution of every channel by itself and a
/// 1×1 convolution, both with batch norm and ReLU.
///
/// Names follow torchvision's sequences: `features.0.0` (convolution), `features.0.1` (batch norm),
/// `features.1.0` and `features.1.1` (depthwise), `features.1.3` and `features.1.4` (1×1),
/// `classifier`. Taps: `stage1`, `stage2`, `stage3`, the last activation of each size; `features`,
/// the global average; `classes`, the class activation maps.
public struct MobileNet: Architecture, Configurable {
    public static let name = "mobilenet"
    public static let summary = "depthwise separable convolutions (Howard et al. 2017)"

    /// Channels of the first convolution.
    public var width: Int
    /// Whether it classifies after every stage.
    public var hasExits: Bool

    /// - Parameters:
    ///   - width: channels of the first convolution.
    ///   - hasExits: whether it classifies after every stage.
    public init(width: Int = 32, hasExits: Bool = false) {
        self.width = width
        self.hasExits = hasExits
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        width = options.width(default: 32)
        hasExits = options.exits()
    }

    /// The blocks of each stage, by how many times their channels are the first convolution's.
    private static let stages = [[2], [4, 4], [8, 8]]

    public var exits: [String] { hasExits ? EarlyExit.names(Self.stages.count - 1) : [] }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "mobilenet")
        var (number, channels) = (0, width)
        let stem = builder.scoped("features") { builder in
            builder.scoped("0") { builder in
                NormalizedConvolution(
                    input[0], width, Window(3, padding: 1), at: 0, in: &builder)
            }
        }
        let stages = builder.scoped("features") { builder in
            Self.stages.enumerated().map { stage, blocks in
                blocks.enumerated().map { place, factor in
                    number += 1
                    defer { channels = factor * width }
                    return builder.scoped("\(number)") { builder in
                        SeparableBlock(
                            channels, factor * width, stride: stage > 0 && place == 0 ? 2 : 1,
                            in: &builder)
                    }
                }
            }
        }
        return Layers(
            stem: stem, stages: stages,
            head: LinearHead(channels, classes: classes, named: "classifier", in: &builder),
            exits: hasExits
                ? ImageExits(after: exitStages, classes: classes, in: &builder) : nil)
    }

    private var exitStages: [ImageExits.Stage] {
        Self.stages.enumerated().map { index, blocks in
            .init(channels: (blocks.last ?? 1) * width, stride: index == 0 ? 1 : 2)
        }
    }

    private struct Layers: Network {
        let stem: NormalizedConvolution
        let stages: [[SeparableBlock]]
        let head: LinearHead
        let exits: ImageExits?

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = stem.rectified(x, pass)
            for (index, blocks) in stages.enumerated() {
                x = blocks.reduce(x) { x, block in block(x, pass) }
                pass.tap("stage\(index + 1)", x, after: .relu)
                exits?(index + 1, x, pass)
            }
            return head(x, pass)
        }
    }
}

/// A convolution of every channel by itself, and one that mixes channels.
private struct SeparableBlock: Block {
    private let depthwise: NormalizedConvolution
    private let pointwise: NormalizedConvolution

    init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        depthwise = .depthwise(inputs, stride: stride, at: 0, in: &builder)
        pointwise = NormalizedConvolution(inputs, outputs, Window(1), at: 3, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        pointwise.rectified(depthwise.rectified(x, pass), pass)
    }
}
