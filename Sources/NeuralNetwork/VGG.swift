import Options

/// VGG with batch norm for small images (Simonyan and Zisserman 2015), as the field's distillation
/// benchmarks on CIFAR define it (*Contrastive Representation Distillation*, Tian et al. 2020).
///
/// Five blocks of 3×3 convolutions with w, 2w, 4w, 8w and 8w channels, 2×2 max pooling after the
/// first three (from 64 pixels on after the fourth too), the global average and one linear layer.
/// An image that cannot be halved any more keeps its size.
///
/// Names as in that code: `block0.0` (convolution), `block0.1` (batch norm), `block0.3` …,
/// `classifier`. Taps: `block0` … `block4`, each after its last ReLU; `features`, the global
/// average; `classes`, the class activation maps.
public struct VGG: Architecture {
    /// Convolutions: 8 or 13.
    public let depth: Int
    /// Channels of the first block.
    public var width: Int
    /// Whether it classifies after every block.
    public var hasExits: Bool

    /// - Precondition: the depth is 8 or 13.
    public init(depth: Int, width: Int = 64, hasExits: Bool = false) {
        precondition(Self.convolutions[depth] != nil, "no VGG of depth \(depth)")
        self.depth = depth
        self.width = width
        self.hasExits = hasExits
    }

    /// Those of the depths that the registry lists.
    static let entries = [8, 13].map(entry)

    private static func entry(depth: Int) -> Registry<any Architecture>.Entry {
        .init(
            "vgg\(depth)", "VGG of \(depth) layers with batch norm (Simonyan and Zisserman 2015)"
        ) { (options) throws(SettingError) in
            VGG(
                depth: depth, width: options.width(default: 64), hasExits: options.exits())
        }
    }

    /// How many convolutions each block has, by depth.
    private static let convolutions = [8: [1, 1, 1, 1, 1], 13: [2, 2, 2, 2, 2]]

    public var exits: [String] { hasExits ? EarlyExit.names(4) : [] }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "vgg\(depth)")
        var shape = input
        var blocks: [PooledBlock] = []
        for (index, count) in (Self.convolutions[depth] ?? []).enumerated() {
            let pools = index < 3 || index == 3 && input[1] >= 64
            blocks.append(
                builder.scoped("block\(index)") { builder in
                    PooledBlock(
                        count, filters: width << min(index, 3), pools: pools, shape: &shape,
                        in: &builder)
                })
        }
        return Layers(
            blocks: blocks,
            head: LinearHead(shape[0], classes: classes, named: "classifier", in: &builder),
            exits: hasExits
                ? ImageExits(after: stages(of: blocks), classes: classes, in: &builder) : nil)
    }

    /// The blocks as stages that begin with the pooling before them.
    private func stages(of blocks: [PooledBlock]) -> [ImageExits.Stage] {
        blocks.indices.map { index in
            .init(
                channels: width << min(index, 3),
                stride: index > 0 && blocks[index - 1].halves ? 2 : 1)
        }
    }

    private struct Layers: Network {
        let blocks: [PooledBlock]
        let head: LinearHead
        let exits: ImageExits?

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = x
            for (index, block) in blocks.enumerated() {
                let active = block.convolve(x, pass)
                pass.tap("block\(index)", active, after: .relu)
                exits?(index + 1, active, pass)
                x = block.halves ? active.maxPool(Window(2, stride: 2)) : active
            }
            return head(x, pass)
        }
    }
}

/// Convolutions of one width, and whether the image is halved after them.
private struct PooledBlock: Sendable {
    private let layers: [NormalizedConvolution]
    let halves: Bool

    /// Leaves the shape C×H×W of its output.
    init(
        _ count: Int, filters: Int, pools: Bool, shape: inout [Int], in builder: inout ModelBuilder
    ) {
        let inputs = shape[0]
        layers = (0..<count).map { index in
            NormalizedConvolution(
                index == 0 ? inputs : filters, filters, Window(3, padding: 1), at: 3 * index,
                bias: true, in: &builder)
        }
        halves = pools && min(shape[1], shape[2]) >= 2
        shape = halves ? [filters, shape[1] / 2, shape[2] / 2] : [filters, shape[1], shape[2]]
    }

    func convolve(_ x: Variable, _ pass: ForwardPass) -> Variable {
        layers.reduce(x) { x, layer in layer.rectified(x, pass) }
    }
}
