import Bytes
import Options

/// The layers of a model, an immutable description: parameters and running moments come with the
/// pass.
public protocol Network: Sendable {
    /// The logits N×classes of inputs N×C×H×W, or N·T×classes where every position has an answer; a
    /// generator's samples N×C×H×W of random numbers N×latent. Fills the pass's taps.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable
}

/// A family of models, with the options that its registry entry read.
public protocol Architecture: Sendable {
    /// The tokens that its inputs may hold; nil where the elements of its inputs are pixels.
    var vocabulary: Vocabulary? { get }

    /// The architecture for sequences of some tokens, where its options do not say of which.
    func reading(_ vocabulary: Vocabulary) -> any Architecture

    /// The taps of the logits of its early exits, from the shallowest on; none where it classifies
    /// at its end alone.
    var exits: [String] { get }

    /// Whether its inputs are images, whose height and width have a meaning; not where it reads
    /// tokens, or the features of a table as well.
    var needsImages: Bool { get }

    /// Whether it gives logits for each position of a sequence, and not one row for each sample.
    var answersEveryPosition: Bool { get }

    /// Builds the model for inputs of C×H×W and a number of classes.
    ///
    /// - Throws: ``SettingError`` where the input is too small or the options do not fit it.
    func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network
}

extension Architecture {
    /// It gives one row of logits for each sample.
    public var answersEveryPosition: Bool { false }

    /// Inputs are pixels.
    public var vocabulary: Vocabulary? { nil }

    /// It classifies at its end alone.
    public var exits: [String] { [] }

    /// The same: it reads no tokens.
    public func reading(_ vocabulary: Vocabulary) -> any Architecture { self }

    /// True unless it reads tokens.
    public var needsImages: Bool { vocabulary == nil }
}

/// A network with the layout of its parameters, for one input shape and number of classes.
public struct Model: Sendable {
    /// C×H×W.
    public let input: [Int]
    /// How many logits each row has.
    public let classes: Int
    /// How many rows of logits each sample has: one, or as many as its sequence has positions.
    public let rowsPerSample: Int
    /// The tokens that its inputs may hold; nil where they hold pixels.
    public let vocabulary: Vocabulary?
    /// The taps of the logits of its early exits, from the shallowest on.
    public let exits: [String]
    /// The layers.
    public internal(set) var network: any Network
    /// The layout of the parameters.
    public let slots: [ParameterSlot]
    /// The running moments before the first batch.
    public let initialBuffers: Buffers
    /// Its quantised layers; nil for a model of floats.
    public let quantization: QuantizationPlan?
    /// The names of the parameters and batch normalizations that begin as another learner's, which
    /// has them under the same names; see ``takeParts(of:into:_:)``.
    public let borrowed: Set<String>
    /// The parameters that training leaves as they are.
    public let frozen: [ParameterSlot]

    /// How many candidates each choice of a supernet has; empty for a net without choices.
    public let choices: [Int]

    /// Builds the layers of an architecture for one shape of inputs.
    ///
    /// - Parameters:
    ///   - input: C×H×W.
    ///   - quantization: how its convolutions and linear layers are quantised; nil for floats.
    /// - Throws: ``SettingError`` where the input is too small, the options do not fit it, or the
    ///   model would have more than ``largest`` parameters.
    public init(
        _ architecture: any Architecture, input: [Int], classes: Int,
        quantization: Quantization? = nil
    ) throws(SettingError) {
        var builder = ModelBuilder()
        let plain = try architecture.network(input: input, classes: classes, in: &builder)
        let plan = quantization.map {
            QuantizationPlan($0, of: plain, input: input, in: &builder)
        }
        guard quantization == nil || builder.choices.isEmpty else {
            throw SettingError(
                "a supernet is not quantised, as a step computes some of its layers; quantise the net"
                    + " that is found in it")
        }
        choices = builder.choices
        network = plan.map { QuantizedNetwork(plain, $0) } ?? plain
        self.quantization = plan
        self.input = input
        self.classes = classes
        rowsPerSample = architecture.answersEveryPosition ? input.reduce(1, *) : 1
        vocabulary = architecture.vocabulary
        exits = architecture.exits
        slots = builder.slots
        (borrowed, frozen) = (builder.borrowed, builder.frozen)
        let count = slots.reduce(0) { $0 + $1.count }
        guard count <= Self.largest else {
            throw SettingError(
                "a model of \(count) parameters is too large, at most \(Self.largest) are possible;"
                    + " choose smaller widths")
        }
        initialBuffers = builder.buffers
    }

    /// The most parameters that a model may have: 4 GiB of weights.
    public static let largest = 1 << 30

    /// How many numbers are learned.
    public var parameterCount: Int { slots.reduce(0) { $0 + $1.count } }

    /// Initial parameters, a function of the key.
    public func initialParameters(key: RandomKey) -> Parameters {
        var parameters = Parameters(initializing: slots, key: key)
        quantization?.startWeights(&parameters)
        return parameters
    }
}
