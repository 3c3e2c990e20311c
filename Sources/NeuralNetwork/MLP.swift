import Options

/// A multilayer perceptron: `fc1`, `fc2`, …, with an activation between them.
///
/// Tap: `features`, the last hidden layer.
public struct MLP: Architecture, Configurable {
    public static let name = "mlp"
    public static let summary = "fully connected layers"

    /// The widths of the hidden layers.
    public var hidden: [Int]
    /// The function between the layers.
    public var activation: Activation
    /// The probability that a hidden activation becomes zero while training.
    public var dropout: Float

    /// - Parameter hidden: the widths of the hidden layers; none for a linear model.
    public init(hidden: [Int] = [512, 256], activation: Activation = .relu, dropout: Float = 0) {
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        hidden = options.list("hidden", default: [512, 256], help: "widths of hidden layers")
        activation = options.choice("activation", default: .relu)
        dropout = options.dropout()
        guard hidden.allSatisfy({ (1...65536).contains($0) }) else {
            throw options.failure("hidden", "holds widths in 1...65536")
        }
    }

    /// An image is read as its pixels.
    public var needsImages: Bool { false }

    /// Accepts any input, which is flattened.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let widths = [input.reduce(1, *)] + hidden + [classes]
        var layers: [Linear] = []
        for index in 1..<widths.count {
            layers.append(Linear("fc\(index)", widths[index - 1], widths[index], in: &builder))
        }
        return Layers(layers: layers, activation: activation, dropout: Dropout(dropout))
    }

    private struct Layers: Network {
        let layers: [Linear]
        let activation: Activation
        let dropout: Dropout

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            var x = x.flattened()
            for layer in layers.dropLast() {
                x = dropout(layer(x, pass, activation: activation.operation), pass)
            }
            pass.tap("features", x, after: activation)
            return layers[layers.count - 1](x, pass)
        }
    }
}

extension OptionReader {
    /// The share of activations that a model drops while training.
    mutating func dropout() -> Float {
        value("dropout", default: 0, in: 0...0.99, help: "share of activations dropped")
    }

    /// The number of channels that a model's widths are multiples of.
    mutating func width(default fallback: Int) -> Int {
        value("width", default: fallback, in: 1...4096, help: "channels of the first stage")
    }
}
