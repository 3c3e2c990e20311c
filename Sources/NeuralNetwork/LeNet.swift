import Options

/// Two 5×5 convolutions, each with 2×2 max pooling, and two linear layers: LeNet (LeCun et al.
/// 1998) with the widths that are usual today.
///
/// Names: `conv1`, `conv2`, `fc1`, `fc2`. Taps: `conv1` and `conv2` after pooling; `features`, the
/// hidden linear layer.
public struct LeNet: Architecture, Configurable {
    public static let name = "lenet"
    public static let summary = "two convolutions and two linear layers (LeCun et al. 1998)"

    /// Filters of the two convolutions.
    public var channels: [Int]
    /// The width of the hidden linear layer.
    public var hidden: Int
    /// The function after each hidden layer.
    public var activation: Activation
    /// The probability that a hidden activation becomes zero while training.
    public var dropout: Float

    /// - Precondition: there are two numbers of channels.
    public init(
        channels: [Int] = [32, 64], hidden: Int = 512, activation: Activation = .relu,
        dropout: Float = 0
    ) {
        self.channels = channels
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        channels = options.list(
            "channels", default: [32, 64], help: "filters of the two convolutions")
        hidden = options.value(
            "hidden", default: 512, in: 1...65536, help: "width of the hidden linear layer")
        activation = options.choice("activation", default: .relu)
        dropout = options.dropout()
        guard channels.count == 2, channels.allSatisfy({ $0 >= 1 }) else {
            throw options.failure("channels", "is a list of two widths of at least 1")
        }
    }

    /// - Throws: ``SettingError`` for an image below 4×4.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 4, for: "lenet")
        let size = channels[1] * (input[1] / 4) * (input[2] / 4)
        let window = Window(5, padding: 2)
        return Layers(
            conv1: Convolution("conv1", input[0], channels[0], window, in: &builder),
            conv2: Convolution("conv2", channels[0], channels[1], window, in: &builder),
            fc1: Linear("fc1", size, hidden, in: &builder),
            fc2: Linear("fc2", hidden, classes, in: &builder),
            activation: activation, dropout: Dropout(dropout))
    }

    private struct Layers: Network {
        let conv1: Convolution
        let conv2: Convolution
        let fc1: Linear
        let fc2: Linear
        let activation: Activation
        let dropout: Dropout

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let halving = Window(2, stride: 2)
            let first = activation(conv1(x, pass)).maxPool(halving)
            pass.tap("conv1", first, after: activation)
            let second = activation(conv2(first, pass)).maxPool(halving)
            pass.tap("conv2", second, after: activation)
            let features = activation(fc1(second.flattened(), pass))
            pass.tap("features", features, after: activation)
            return fc2(dropout(features, pass), pass)
        }
    }
}

/// Makes sure that an input C×H×W is large enough for a model.
func requireSide(
    of input: [Int], atLeast side: Int, for model: String
) throws(SettingError) {
    guard input.count == 3, input[1] >= side, input[2] >= side else {
        let shape = input.map(String.init).joined(separator: "×")
        throw SettingError(
            "model '\(model)' needs images of at least \(side)×\(side) pixels, not \(shape);"
                + " choose another model")
    }
}
