import Options

/// How weights and activations become codes of a few bits while a model trains.
///
/// A new method is its file and a line in ``QuantizationMethods``.
public protocol QuantizationMethod: Configurable, Sendable {
    /// What stands before a layer's weight and input; declares the scales or ranges that it needs
    /// under the layer's name.
    func quantizer(
        of layer: QuantizedLayer, in builder: inout ModelBuilder
    ) -> any LayerQuantizer

    /// The most bits that weights can have.
    var mostWeightBits: Int { get }
}

extension QuantizationMethod {
    /// Those of an integer of 8 bits.
    public var mostWeightBits: Int { 8 }
}

/// What stands before the weight and the input of one layer.
public protocol LayerQuantizer: Sendable {
    /// The weight as the layer uses it.
    func weight(_ weight: Variable, _ pass: ForwardPass) -> Variable
    /// The input as the layer uses it.
    func input(_ x: Variable, _ pass: ForwardPass) -> Variable
    /// Gives the scales of the weights their first values, from the weights.
    func startWeights(_ parameters: inout Parameters)
    /// Whether a training batch, or a file, has given the input its scale or range.
    func isStarted(_ parameters: Parameters, _ buffers: Buffers) -> Bool
}

/// The methods that configuration can name.
public enum QuantizationMethods {
    /// A new method is its file and a line here.
    public static let registry = Registry<any QuantizationMethod>(
        kind: "quantization", [LearnedSteps.self, DoReFa.self, MinMax.self])
}

/// A convolution or linear layer whose weight and input are quantised.
public struct QuantizedLayer: Hashable, Sendable {
    /// The layer's name: `layer1.0.conv1`.
    public let name: String
    /// The number of its weight.
    public let weight: Int
    /// The extents of its weight; the first one counts the channels that it makes.
    public let weightShape: [Int]
    /// How many numbers its input has for each sample.
    public let features: Int
    /// Whether its input is never below 0, as that behind a ReLU.
    public let isInputNonnegative: Bool
    /// Whether no such layer stands before it, or none behind it.
    public let isEnd: Bool
    /// Bits of a weight; ``Quantization/float`` for a float.
    public let weightBits: Int
    /// Bits of an element of its input; ``Quantization/float`` for a float.
    public let inputBits: Int

    /// How many weights it has.
    public var weightCount: Int { weightShape.reduce(1, *) }

    /// The codes of its input: unsigned where that is never below 0.
    var inputLevels: ClosedRange<Int> {
        isInputNonnegative
            ? 0...(1 << inputBits) - 1 : -(1 << (inputBits - 1))...(1 << (inputBits - 1)) - 1
    }
}
