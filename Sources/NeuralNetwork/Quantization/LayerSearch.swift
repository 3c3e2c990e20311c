import Kernels

/// The convolutions and linear layers among the operations of a network.
struct LayerSearch {
    private let steps: [Computation.Step]
    private let slots: [ParameterSlot]
    /// The numbers of an input.
    private let inputSize: Int
    /// Whether each result depends on that of a layer.
    private var follows: [Bool] = []
    /// Whether a layer depends on each result.
    private var precedes: [Bool]
    /// Whether each result is never below 0.
    private var isNonnegative: [Bool] = []

    init(_ network: any Network, input: [Int], _ builder: ModelBuilder) {
        slots = builder.slots
        inputSize = input.reduce(1, *)
        steps = Computation.steps(of: network, input: input, builder)
        precedes = steps.map { _ in false }
        for step in steps {
            follows.append(results(of: step).contains { follows[$0] || isLayer($0) })
            isNonnegative.append(step.isNonnegative { isNonnegative(of: $0) })
        }
        for place in steps.indices.reversed() {
            let isBefore = precedes[place] || isLayer(place)
            for number in results(of: steps[place]) where isBefore { precedes[number] = true }
        }
    }

    /// Each layer once, by its weight.
    func layers(_ quantization: Quantization) -> [QuantizedLayer] {
        var seen: Set<Int> = []
        return steps.indices.compactMap { place in
            guard let weight = weight(of: place), seen.insert(weight).inserted else { return nil }
            let isEnd = !follows[place] || !precedes[place]
            let slot = slots[weight]
            return QuantizedLayer(
                name: slot.layerName, weight: weight, weightShape: slot.shape,
                features: size(of: steps[place].operands[0]),
                isInputNonnegative: isNonnegative(of: steps[place].operands[0]), isEnd: isEnd,
                weightBits: quantization.bits(quantization.weights, atEnd: isEnd),
                inputBits: quantization.bits(quantization.activations, atEnd: isEnd))
        }
    }

    private func isLayer(_ place: Int) -> Bool { weight(of: place) != nil }

    /// The number of the weight of a layer.
    private func weight(of place: Int) -> Int? {
        switch steps[place].operation {
        case .convolution, .linear:
            guard case .parameter(let number) = steps[place].operands[1] else { return nil }
            return number
        default: return nil
        }
    }

    private func results(of step: Computation.Step) -> [Int] {
        step.operands.compactMap { operand in
            guard case .result(let number) = operand else { return nil }
            return number
        }
    }

    private func isNonnegative(of operand: Computation.Operand) -> Bool {
        guard case .result(let number) = operand else { return false }
        return isNonnegative[number]
    }

    /// The elements of an operand, for one sample.
    private func size(of operand: Computation.Operand) -> Int {
        guard case .result(let number) = operand else { return inputSize }
        return steps[number].shape.reduce(1, *)
    }
}

extension Quantization {
    /// The bits of what has some bits elsewhere; floats stay floats at the ends.
    fileprivate func bits(_ usual: Int, atEnd isEnd: Bool) -> Int {
        isEnd && usual != Self.float ? ends : usual
    }
}

extension ParameterSlot {
    /// The name of the layer whose weight it is: `conv1` of `conv1.weight`, `self_attn.in_proj` of
    /// `self_attn.in_proj_weight`.
    fileprivate var layerName: String {
        for suffix in [".weight", "_weight"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }
}

extension Computation.Step {
    /// Whether the result is never below 0.
    ///
    /// - Parameter isNonnegative: whether an operand never is.
    fileprivate func isNonnegative(
        _ isNonnegative: (Computation.Operand) -> Bool
    ) -> Bool {
        switch operation {
        case .elements(let function): function.isNonnegative
        case .linear(let function): function?.isNonnegative ?? false
        case .normalization(_, _, let isRectified): isRectified
        case .pairs(.add), .pairs(.multiply), .pairs(.divide): operands.allSatisfy(isNonnegative)
        case .pairs(.maximum): operands.contains(where: isNonnegative)
        case .maxPool, .globalAveragePool, .reshape, .permutation, .rows, .concatenation, .sum:
            operands.allSatisfy(isNonnegative)
        case .paddingMask: true
        default: false
        }
    }
}

extension UnaryOperation {
    /// Whether no result is below 0.
    fileprivate var isNonnegative: Bool {
        switch self {
        case .relu, .sigmoid, .softplus, .exponential, .squareRoot, .square, .absolute, .huber: true
        case .atLeast(let bound): bound >= 0
        default: false
        }
    }
}
