import Options

/// Which layers of a model are quantised, and how: found in what the model computes, so that no
/// model says anything of it.
public struct QuantizationPlan: Sendable {
    /// The layers, in the order in which they are computed.
    public let layers: [QuantizedLayer]
    /// The number of the first parameter that the quantisation adds.
    private let firstOwnSlot: Int
    /// What stands before each of them.
    let quantizers: [any LayerQuantizer]

    /// Declares what the quantisation of a network's layers needs.
    init(
        _ quantization: Quantization, of network: any Network, input: [Int],
        in builder: inout ModelBuilder
    ) {
        firstOwnSlot = builder.slots.count
        let found = LayerSearch(network, input: input, builder)
        layers = found.layers(quantization).filter {
            $0.weightBits != Quantization.float || $0.inputBits != Quantization.float
        }
        var quantizers: [any LayerQuantizer] = []
        for layer in layers {
            quantizers.append(quantization.method.quantizer(of: layer, in: &builder))
        }
        self.quantizers = quantizers
    }

    /// The names of the parameters that the quantisation adds to a model.
    func parameterNames(of slots: [ParameterSlot]) -> [String] {
        slots.suffix(from: firstOwnSlot).map(\.name)
    }

    /// Gives the scales of the weights their first values, from the weights.
    public func startWeights(_ parameters: inout Parameters) {
        for quantizer in quantizers { quantizer.startWeights(&parameters) }
    }

    /// The first layer whose input has no scale or range yet; nil where all have.
    public func unstartedLayer(_ parameters: Parameters, _ buffers: Buffers) -> String? {
        zip(layers, quantizers).first { !$1.isStarted(parameters, buffers) }?.0.name
    }
}

/// The layers of a network, whose weights and inputs pass through quantisers.
struct QuantizedNetwork: Network {
    private let network: any Network
    private let quantizers: [Int: any LayerQuantizer]

    init(_ network: any Network, _ plan: QuantizationPlan) {
        self.network = network
        quantizers = Dictionary(
            uniqueKeysWithValues: zip(plan.layers.map(\.weight), plan.quantizers))
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        pass.quantizers = quantizers
        return network(x, pass)
    }
}
