import Options

/// The plain convolution nets of the teacher-assistant paper (Mirzadeh et al. 2020), by depth.
///
/// 3×3 convolutions with batch norm and ReLU in stages, each ending in 2×2 max pooling, then one or
/// two linear layers; wider from 100 classes on. A stage whose input cannot be halved any more
/// keeps its size. (The paper's code leaves out the last pooling at depth 6 with 100 classes alone;
/// here every stage pools.)
///
/// Names as in that code: `conv_layers.0` (convolution), `conv_layers.1` (batch norm), …,
/// `fc_layers.0`. Taps: `stage1`, `stage2`, …; `features`, the input of the last linear layer.
public struct PlainCNN: Architecture, Configurable {
    public static let name = "plain-cnn"
    public static let summary = "convolutions without shortcuts (Mirzadeh et al. 2020)"

    /// Layers with weights.
    public var depth: Int

    /// - Precondition: the depth is 2, 4, 6, 8 or 10.
    public init(depth: Int = 2) {
        precondition(Self.depths.contains(depth), "no plain net of depth \(depth)")
        self.depth = depth
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        depth = options.value("depth", default: 2, help: "2, 4, 6, 8 or 10 layers with weights")
        guard Self.depths.contains(depth) else {
            throw options.failure("depth", "is 2, 4, 6, 8 or 10")
        }
    }

    private static let depths = [2, 4, 6, 8, 10]

    /// The filters of each stage's convolutions, and the width of a hidden linear layer if there is
    /// one.
    private func plan(classes: Int) -> (stages: [[Int]], hidden: Int?) {
        let isNarrow = classes < 100
        let w = isNarrow ? 16 : 32
        return switch depth {
        case 2: ([[w], [w]], nil)
        case 4: ([[w, w], [2 * w, 2 * w]], nil)
        case 6: ([[w, w], [2 * w, 2 * w], [4 * w, 4 * w]], nil)
        case 8: ([[w, w], [2 * w, 2 * w], [4 * w, 4 * w], [8 * w, 8 * w]], 64)
        default: ([[32, 32], [64, 64], [128, 128], [256, 256, 256, 256]], isNarrow ? 128 : 512)
        }
    }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: "plain-cnn")
        let (plan, hidden) = plan(classes: classes)
        var shape = input
        var position = 0
        let stages = builder.scoped("conv_layers") { builder in
            plan.map { Stage($0, at: &position, shape: &shape, in: &builder) }
        }
        let size = shape.reduce(1, *)
        return builder.scoped("fc_layers") { builder in
            Layers(
                stages: stages,
                hidden: hidden.map { Linear("0", size, $0, in: &builder) },
                output: Linear(
                    hidden == nil ? "0" : "2", hidden ?? size, classes, in: &builder))
        }
    }

    /// Convolutions of one size and the pooling after them.
    private struct Stage: Sendable {
        private var layers: [(convolution: Convolution, norm: BatchNormalization)] = []
        private let halves: Bool

        /// Takes its places in the sequence of layers, and leaves the shape of its output.
        init(
            _ filters: [Int], at position: inout Int, shape: inout [Int],
            in builder: inout ModelBuilder
        ) {
            for count in filters {
                layers.append(
                    (
                        Convolution(
                            "\(position)", shape[0], count, Window(3, padding: 1), in: &builder),
                        BatchNormalization("\(position + 1)", count, in: &builder)
                    ))
                shape[0] = count
                position += 3
            }
            halves = min(shape[1], shape[2]) >= 2
            if halves { shape = [shape[0], shape[1] / 2, shape[2] / 2] }
            position += 1
        }

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let x = layers.reduce(x) { x, layer in
                layer.norm(layer.convolution, of: x, pass, isRectified: true)
            }
            return halves ? x.maxPool(Window(2, stride: 2)) : x
        }
    }

    private struct Layers: Network {
        let stages: [Stage]
        let hidden: Linear?
        let output: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = x
            for (index, stage) in stages.enumerated() {
                x = stage(x, pass)
                pass.tap("stage\(index + 1)", x, after: .relu)
            }
            x = x.flattened()
            if let hidden { x = hidden(x, pass).relu() }
            pass.tap("features", x, after: .relu)
            return output(x, pass)
        }
    }
}
