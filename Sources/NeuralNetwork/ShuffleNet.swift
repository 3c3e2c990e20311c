import Options

/// ShuffleNet V2 (Ma et al. 2018): torchvision's net, whose first convolution keeps the image's
/// size and is followed by no pooling unless its stem is ImageNet's.
///
/// Names are torchvision's: `conv1.0`, `conv1.1`, `stage2.0.branch1.0` … `stage4.3.branch2.6`,
/// `conv5.0`, `conv5.1`, `fc`. Taps: `stage2`, `stage3`, `stage4`; `features`, the global average;
/// `classes`, the class activation maps.
public struct ShuffleNet: Architecture, Configurable {
    public static let name = "shufflenet"
    public static let summary = "ShuffleNet V2 (Ma et al. 2018)"

    /// Channels of the first stage; the others have twice and four times as many. 48, 116, 176 and
    /// 244 are the paper's nets of 0.5 to 2 times the size.
    public var width: Int
    /// Channels of the last convolution.
    public var last: Int
    /// How it begins.
    public var stem: Stem

    /// - Precondition: the width is even.
    public init(width: Int = 116, last: Int = 1024, stem: Stem = .small) {
        precondition(width.isMultiple(of: 2), "half of the channels pass by")
        self.width = width
        self.last = last
        self.stem = stem
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        width = options.width(default: 116)
        last = options.value(
            "last", default: 1024, in: 1...8192, help: "channels of the last convolution")
        stem = options.stem(default: .small)
        guard width.isMultiple(of: 2) else { throw options.failure("width", "is even") }
    }

    private static let first = 24
    private static let blocks = [4, 8, 4]

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "shufflenet")
        let conv1 = builder.scoped("conv1") { builder in
            NormalizedConvolution(input[0], Self.first, stem.window(3), at: 0, in: &builder)
        }
        let stages = Self.blocks.enumerated().map { index, count in
            let (inputs, outputs) = (index == 0 ? Self.first : width << (index - 1), width << index)
            return builder.scoped("stage\(index + 2)") { builder in
                (0..<count).map { place in
                    builder.scoped("\(place)") { builder in
                        place == 0
                            ? ShuffleBlock(reducing: inputs, to: outputs, in: &builder)
                            : ShuffleBlock(keeping: outputs, in: &builder)
                    }
                }
            }
        }
        let top = builder.scoped("conv5") { builder in
            NormalizedConvolution(4 * width, last, Window(1), at: 0, in: &builder)
        }
        return Layers(
            conv1: conv1, stem: stem, stages: stages, top: top,
            head: LinearHead(last, classes: classes, in: &builder))
    }

    private struct Layers: Network {
        let conv1: NormalizedConvolution
        let stem: Stem
        let stages: [[ShuffleBlock]]
        let top: NormalizedConvolution
        let head: LinearHead

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = stem.pooled(conv1.rectified(x, pass))
            for (index, blocks) in stages.enumerated() {
                x = blocks.reduce(x) { x, block in block(x, pass) }
                pass.tap("stage\(index + 2)", x, after: .relu)
            }
            return head(top.rectified(x, pass), pass)
        }
    }
}
