import NeuralNetwork

/// A discriminator of vectors: three linear layers, the first two of `width` with leaky ReLUs.
struct Perceptron: Sendable {
    /// The slope of the leaky ReLUs where their argument is negative, as in DCGAN (Radford et al.
    /// 2016).
    static let slope: Float = 0.2

    private let hidden: [Linear]
    private let output: Linear

    /// Declares `0`, `1` and `2` below `discriminator`.
    init(inputs: Int, width: Int, outputs: Int, in builder: inout ModelBuilder) {
        (hidden, output) = builder.scoped("discriminator") { builder in
            let hidden = [
                Linear("0", inputs, width, in: &builder), Linear("1", width, width, in: &builder),
            ]
            return (hidden, Linear("2", width, outputs, in: &builder))
        }
    }

    /// N×inputs to N×outputs.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let found = hidden.reduce(x) { $1($0, pass).map(.leakyReLU(slope: Self.slope)) }
        return output(found, pass)
    }
}
