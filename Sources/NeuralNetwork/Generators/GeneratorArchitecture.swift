import Bytes
import Options

/// A family of networks that make samples from random numbers, with the options that its registry
/// entry read.
public protocol GeneratorArchitecture: Sendable {
    /// How many random numbers make one sample.
    var latent: Int { get }

    /// Builds the layers that make samples N×C×H×W of random numbers N×latent.
    ///
    /// - Parameter output: C×H×W.
    /// - Throws: ``SettingError`` where it cannot make samples of this shape.
    func network(
        output: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network
}

/// The generators that configuration can name.
public enum Generators {
    /// A new generator is its file and a line here; the law tests then cover it.
    public static let registry = Registry<any GeneratorArchitecture>(
        kind: "generator", [ConvolutionalGenerator.self])
}

/// A network that makes samples, with the layout of its parameters.
public struct Generator: Sendable {
    /// How many random numbers make one sample.
    public let latent: Int
    /// The shape of a sample, C×H×W.
    public let output: [Int]
    /// The layers: N×latent to N×C×H×W.
    public let network: any Network
    /// The layout of the parameters.
    public let slots: [ParameterSlot]
    /// The running moments before the first batch.
    public let initialBuffers: Buffers

    /// Builds the layers of an architecture for one shape of samples.
    ///
    /// - Parameter output: C×H×W.
    /// - Throws: ``SettingError`` where the architecture cannot make samples of this shape, or
    ///   would have more than ``Model/largest`` parameters.
    public init(
        _ architecture: any GeneratorArchitecture, output: [Int]
    ) throws(SettingError) {
        var builder = ModelBuilder()
        network = try architecture.network(output: output, in: &builder)
        latent = architecture.latent
        self.output = output
        slots = builder.slots
        initialBuffers = builder.buffers
        guard parameterCount <= Model.largest else {
            throw SettingError(
                "a generator of \(parameterCount) parameters is too large, at most"
                    + " \(Model.largest) are possible; choose smaller widths")
        }
    }

    /// How many numbers are learned.
    public var parameterCount: Int { slots.reduce(0) { $0 + $1.count } }

    /// Initial parameters, a function of the key.
    public func initialParameters(key: RandomKey) -> Parameters {
        Parameters(initializing: slots, key: key)
    }
}
