import Options

/// Residual nets (He et al. 2016), by depth: for small images (section 4.2) those of 6n + 2 layers
/// in three stages; for ImageNet torchvision's of 18, 34, 50 and 101 layers in four stages, with
/// bottlenecks from 50 on.
///
/// Names are torchvision's: `conv1`, `bn1`, `layer1.0.conv1` … `layer2.0.downsample.0`, `fc`.
/// Shortcuts are 1×1 convolutions. Taps: `layer1`, `layer2`, …; `features`, the global average;
/// `classes`, the class activation maps.
public struct ResNet: Architecture {
    /// Layers with weights on the longest path.
    public let depth: Int
    /// Channels of the 3×3 convolutions of the first stage; the others have 2, 4 and 8 times as
    /// many.
    public var width: Int
    /// How it begins.
    public var stem: Stem
    /// Whether it classifies after every stage.
    public var hasExits: Bool
    private let plan: Plan

    /// The blocks of each stage, and their kind.
    private struct Plan {
        let counts: [Int]
        var block = ResidualBlock.basic
    }

    /// A net of its paper's width and beginning, unless others are given.
    ///
    /// - Precondition: the depth is 18, 34, 50, 101, or 6n + 2 with n ≥ 1.
    public init(
        depth: Int, width: Int? = nil, stem: Stem? = nil, hasExits: Bool = false
    ) {
        let large = Self.large[depth]
        precondition(
            large != nil || depth >= 8 && depth % 6 == 2, "no residual net of depth \(depth)")
        self.depth = depth
        self.width = width ?? Self.width(of: depth)
        self.stem = stem ?? Self.stem(of: depth)
        self.hasExits = hasExits
        plan = large ?? Plan(counts: Array(repeating: (depth - 2) / 6, count: 3))
    }

    private static let large = [
        18: Plan(counts: [2, 2, 2, 2]),
        34: Plan(counts: [3, 4, 6, 3]),
        50: Plan(counts: [3, 4, 6, 3], block: .bottleneck),
        101: Plan(counts: [3, 4, 23, 3], block: .bottleneck),
    ]

    private static func width(of depth: Int) -> Int { large[depth] == nil ? 16 : 64 }

    private static func stem(of depth: Int) -> Stem { large[depth] == nil ? .small : .imagenet }

    /// Those of the depths that the registry lists.
    static let entries = ([8, 14, 20, 32, 56, 110] + large.keys.sorted()).map(entry)

    private static func entry(depth: Int) -> Registry<any Architecture>.Entry {
        .init("resnet\(depth)", "residual net of \(depth) layers (He et al. 2016)") {
            (options) throws(SettingError) in
            ResNet(
                depth: depth, width: options.width(default: width(of: depth)),
                stem: options.stem(default: stem(of: depth)), hasExits: options.exits())
        }
    }

    public var exits: [String] {
        hasExits ? EarlyExit.names(plan.counts.count - 1) : []
    }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "resnet\(depth)")
        let conv1 = Convolution(
            "conv1", input[0], width, stem.window(stem == .small ? 3 : 7), bias: false,
            in: &builder)
        let bn1 = BatchNormalization("bn1", width, in: &builder)
        let wide = width * plan.block.expansion
        let stages = ResidualStage.chain(
            of: plan.counts, from: width, width: wide, after: .relu, in: &builder
        ) {
            plan.block.make($0, $1, stride: $2, in: &$3)
        }
        let fc = Linear("fc", wide << (plan.counts.count - 1), classes, in: &builder)
        let exits =
            hasExits ? stages.exits(width: wide, classes: classes, in: &builder) : nil
        return Layers(conv1: conv1, bn1: bn1, stem: stem, stages: stages, fc: fc, exits: exits)
    }

    private struct Layers: Network {
        let conv1: Convolution
        let bn1: BatchNormalization
        let stem: Stem
        let stages: [ResidualStage]
        let fc: Linear
        let exits: ImageExits?

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = stem.pooled(bn1(conv1, of: x, pass, isRectified: true))
            for (index, stage) in stages.enumerated() {
                x = stage(x, pass)
                exits?(index + 1, x, pass)
            }
            let features = x.globalAveragePool()
            pass.tap("features", features, after: .relu)
            pass.tap("classes", whenAsked: fc.ofPixels(x, pass))
            return fc(features, pass)
        }
    }
}
