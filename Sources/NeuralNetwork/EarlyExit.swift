import Options

/// The places of a net before its last layer at which it classifies too.
///
/// An exit's logits are the tap `exit1`, `exit2`, …, from the shallowest on; `exit1-features`, … is
/// what its linear layer reads.
public enum EarlyExit {
    /// The tap of an exit's logits.
    ///
    /// - Parameter number: counted from 1, the shallowest.
    static func name(_ number: Int) -> String { "exit\(number)" }

    /// The names of so many exits.
    static func names(_ count: Int) -> [String] { (0..<count).map { name($0 + 1) } }
}

extension ForwardPass {
    /// Names an exit's logits N×classes and what its linear layer reads.
    func exit(
        _ name: String, logits: Variable, features: Variable, after function: Activation?
    ) {
        tap(name, logits, after: nil)
        tap(name + "-features", features, after: function)
    }
}

extension OptionReader {
    /// Whether a net classifies at earlier places too.
    mutating func exits() -> Bool {
        flag("exits", default: false, help: "classifiers after every stage but the last")
    }
}

/// Exits after the stages of a net of images, as in *Be Your Own Teacher* (Zhang et al. 2019): for
/// each stage that follows a stack of separable convolutions of its stride and width, then the
/// global average and a linear layer.
///
/// Names: `exits.1.reduce.0.0` …, `exits.1.fc`; the stacks' layers are at the places that they have
/// in the authors' code.
struct ImageExits: Sendable {
    /// What a stage makes of its input.
    struct Stage {
        /// Of its output.
        let channels: Int
        /// 2 where its input's height and width are halved.
        let stride: Int
    }

    private let exits: [(reduce: [SeparableStack], fc: Linear)]

    /// Exits after each stage but the last.
    init(after stages: [Stage], classes: Int, in builder: inout ModelBuilder) {
        exits = builder.scoped("exits") { builder in
            (1..<stages.count).map { number in
                builder.scoped("\(number)") { builder in
                    let reduce = builder.scoped("reduce") { builder in
                        (number..<stages.count).map { place in
                            builder.scoped("\(place - number)") { builder in
                                SeparableStack(
                                    stages[place - 1].channels, stages[place].channels,
                                    stride: stages[place].stride, in: &builder)
                            }
                        }
                    }
                    let width = stages[stages.count - 1].channels
                    return (reduce, Linear("fc", width, classes, in: &builder))
                }
            }
        }
    }

    /// Classifies the output of a stage; nothing after the last.
    ///
    /// - Parameter number: of the stage, counted from 1.
    func callAsFunction(_ number: Int, _ x: Variable, _ pass: ForwardPass) {
        guard number <= exits.count else { return }
        let (reduce, fc) = exits[number - 1]
        let features = reduce.reduce(x) { x, stack in stack(x, pass) }.globalAveragePool()
        pass.exit(
            EarlyExit.name(number), logits: fc(features, pass), features: features, after: .relu)
    }
}

/// Two convolutions of every channel by itself, each with one that mixes channels behind it; the
/// first has the stride, the last the width.
private struct SeparableStack: Block {
    private let layers: [(depthwise: Convolution, pointwise: Convolution, norm: BatchNormalization)]

    init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
        layers = [(inputs, stride), (outputs, 1)].enumerated().map { index, plan in
            let (channels, stride) = plan
            let depthwise = Window(3, stride: stride, padding: 1, groups: inputs)
            return (
                Convolution(
                    "\(4 * index)", inputs, inputs, depthwise, bias: false, in: &builder),
                Convolution(
                    "\(4 * index + 1)", inputs, channels, Window(1), bias: false, in: &builder),
                BatchNormalization("\(4 * index + 2)", channels, in: &builder)
            )
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        layers.reduce(x) { x, layer in
            layer.norm(layer.pointwise, of: layer.depthwise(x, pass), pass, isRectified: true)
        }
    }
}
