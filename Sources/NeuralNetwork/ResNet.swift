import Options

/// Residual nets (He et al. 2016), by depth: for small images (section 4.2) those of 6n + 2 layers
/// in three stages; for ImageNet torchvision's of 18, 34, 50 and 101 layers in four stages, with
/// bottlenecks from 50 on.
///
/// Names are torchvision's: `conv1`, `bn1`, `layer1.0.conv1` … `layer2.0.downsample.0`, `fc`.
/// Shortcuts are 1×1 convolutions. Taps: `layer1`, `layer2`, …, and `layer1.0`, … behind the first
/// block of a stage of several; `map`, the last of them; `features`, the global average; `classes`,
/// the class activation maps.
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
    /// The copies of the last stage that classify.
    private let branches: GatedBranches.Plan
    private let plan: Plan

    /// The blocks of each stage, and their kind.
    private struct Plan {
        let counts: [Int]
        var block = ResidualBlock.basic
    }

    /// A net of its paper's width and beginning, unless others are given.
    ///
    /// - Precondition: the depth is 18, 34, 50, 101, or 6n + 2 with n ≥ 1.
    public init(depth: Int, width: Int? = nil, stem: Stem? = nil, hasExits: Bool = false) {
        self.init(
            depth: depth, width: width, stem: stem, hasExits: hasExits,
            branches: GatedBranches.Plan())
    }

    private init(
        depth: Int, width: Int?, stem: Stem?, hasExits: Bool, branches: GatedBranches.Plan
    ) {
        let large = Self.large[depth]
        precondition(
            large != nil || depth >= 8 && depth % 6 == 2, "no residual net of depth \(depth)")
        self.depth = depth
        self.width = width ?? Self.width(of: depth)
        self.stem = stem ?? Self.stem(of: depth)
        self.hasExits = hasExits
        self.branches = branches
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
            let net = ResNet(
                depth: depth, width: options.width(default: width(of: depth)),
                stem: options.stem(default: stem(of: depth)))
            let (hasExits, branches) = (options.exits(), try options.branches())
            guard !hasExits || branches.count == 1 else {
                throw SettingError(
                    "\(options.subject): a net has `exits: true` or branches, not both: each branch"
                        + " is an exit of its own")
            }
            return ResNet(
                depth: depth, width: net.width, stem: net.stem, hasExits: hasExits,
                branches: branches)
        }
    }

    public var exits: [String] {
        guard branches.count == 1 else { return (1...branches.count).map(GatedBranches.name) }
        return hasExits ? EarlyExit.names(plan.counts.count - 1) : []
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
        let stages = stages(
            of: branches.count == 1 ? plan.counts : plan.counts.dropLast(), in: &builder)
        let head = head(classes: classes, in: &builder)
        let exits = hasExits ? stages.exits(width: wide, classes: classes, in: &builder) : nil
        return Layers(
            conv1: conv1, bn1: bn1, stem: stem, stages: stages, head: head, exits: exits)
    }

    /// Channels of the first stage's output.
    private var wide: Int { width * plan.block.expansion }

    private func stages(
        of counts: [Int], in builder: inout ModelBuilder
    ) -> [ResidualStage] {
        ResidualStage.chain(
            of: counts, from: width, width: wide, after: .relu, in: &builder, block: block)
    }

    private func block(
        _ inputs: Int, _ outputs: Int, _ stride: Int, _ builder: inout ModelBuilder
    ) -> any Block {
        plan.block.make(inputs, outputs, stride: stride, in: &builder)
    }

    private func head(classes: Int, in builder: inout ModelBuilder) -> any Head {
        let last = plan.counts.count - 1
        guard branches.count > 1 else {
            return LinearHead(wide << last, classes: classes, in: &builder)
        }
        return GatedBranches(
            branches, from: wide << (last - 1), to: wide << last, classes: classes, in: &builder
        ) { hasTap, builder in
            ResidualStage.stage(
                last, of: plan.counts, from: width, width: wide, after: .relu, hasTap: hasTap,
                in: &builder, block: block)
        }
    }

    private struct Layers: Network {
        let conv1: Convolution
        let bn1: BatchNormalization
        let stem: Stem
        let stages: [ResidualStage]
        let head: any Head
        let exits: ImageExits?

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = stem.pooled(bn1(conv1, of: x, pass, isRectified: true))
            for (index, stage) in stages.enumerated() {
                x = stage(x, pass)
                exits?(index + 1, x, pass)
            }
            return head(x, pass)
        }
    }
}
