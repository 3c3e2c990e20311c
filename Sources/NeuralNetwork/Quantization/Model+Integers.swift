/// The layers of a network, of which some compute with integers.
private struct IntegerNetwork: Network {
    let network: any Network
    let layers: [Int: IntegerLayer]

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        pass.integerLayers = layers
        return network(x, pass)
    }
}

extension Model {
    /// The same model for evaluation with some weights alone: its layers whose weights and inputs
    /// are quantised multiply integers. A model of floats is returned as it is.
    public func withIntegerLayers(_ parameters: Parameters, _ buffers: Buffers) -> Model {
        guard quantization != nil else { return self }
        let computation = computation(parameters: parameters, buffers: buffers, batch: 1)
        let found = computation.steps.compactMap { computation.integerLayer(of: $0, parameters) }
        var model = self
        model.network = IntegerNetwork(
            network: network, layers: Dictionary(found, uniquingKeysWith: { first, _ in first }))
        return model
    }
}

extension Computation {
    /// The layer that a step is, by the number of its weight; nil where it does not multiply codes.
    fileprivate func integerLayer(
        of step: Step, _ parameters: Parameters
    ) -> (number: Int, layer: IntegerLayer)? {
        let groups: Int
        switch step.operation {
        case .convolution(_, _, let count): groups = count
        case .linear: groups = 1
        default: return nil
        }
        guard case .result(let inputPlace) = step.operands[0],
            case .result(let weightPlace) = step.operands[1],
            let input = input(quantizedAt: inputPlace, parameters),
            let weights = integerWeights(at: weightPlace, parameters),
            let layer = IntegerLayer(
                weights, input: (input.scale, input.levels), groups: groups)
        else { return nil }
        return (weights.parameter, layer)
    }
}
