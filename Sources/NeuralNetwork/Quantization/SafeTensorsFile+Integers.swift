import Bytes

extension SafeTensorsFile {
    /// The weights of a quantised model as it computes with them.
    ///
    /// A quantised weight `conv1.weight` is I8 codes; `conv1.weight_scale`, of one number or one
    /// for each channel, times a code is the weight. `conv1.input_scale` times a code is a number
    /// of the layer's input, and `conv1.input_levels` holds the lowest and the highest code. What
    /// is not quantised has its name and type in ``init(_:_:metadata:)``.
    ///
    /// - Parameter model: with a quantisation, whose scales have started.
    public init(
        integersOf model: Model, _ parameters: Parameters, _ buffers: Buffers,
        metadata: [String: String] = [:]
    ) {
        self.init(parameters, buffers, metadata: metadata)
        guard let plan = model.quantization else { return }
        for name in WeightLayout(of: model).quantization { tensors[name] = nil }
        let computation = model.computation(parameters: parameters, buffers: buffers, batch: 1)
        let names = Dictionary(
            uniqueKeysWithValues: plan.layers.map { ($0.weight, $0.name) })
        for place in computation.steps.indices {
            if let weights = computation.integerWeights(at: place, parameters) {
                put(weights, of: names[weights.parameter] ?? "", parameters)
            } else if let input = computation.input(quantizedAt: place, parameters),
                let name = names[input.weight]
            {
                tensors["\(name).input_scale"] = SafeTensor(floats: [input.scale], shape: [1])
                tensors["\(name).input_levels"] = SafeTensor(
                    int64s: [Int64(input.levels.lowerBound), Int64(input.levels.upperBound)],
                    shape: [2])
            }
        }
    }

    private mutating func put(
        _ weights: IntegerWeights, of layer: String, _ parameters: Parameters
    ) {
        tensors[parameters.slots[weights.parameter].name] = SafeTensor(
            .i8, shape: weights.shape, bytes: weights.codes.map { UInt8(bitPattern: $0) })
        tensors["\(layer).weight_scale"] = SafeTensor(
            floats: weights.scales, shape: [weights.scales.count])
    }
}

extension Model {
    /// The bytes of a file of the model's weights: of floats as a model without quantisation has
    /// them, and of integers; nil for a model without quantisation.
    public var fileSizes: FileSizes? {
        guard quantization != nil else { return nil }
        var parameters = Parameters(zerosFor: slots)
        parameters.update { $0 = Tensor(repeating: 1, shape: $0.shape) }
        var buffers = initialBuffers
        for place in buffers.ranges.indices { buffers.ranges[place].batches = 1 }
        let integers = SafeTensorsFile(integersOf: self, parameters, buffers)
        var floats = SafeTensorsFile(parameters, buffers)
        for name in WeightLayout(of: self).quantization { floats.tensors[name] = nil }
        return FileSizes(
            floats: floats.encoded().count, integers: integers.encoded().count)
    }
}

/// The bytes of a file of weights, as floats and as integers.
public struct FileSizes: Hashable, Sendable {
    /// Of floats, without anything of a quantisation.
    public let floats: Int
    /// Of integers of 8 bits and their scales.
    public let integers: Int

    /// `24560 bytes as int8, 85332 as floats (28.8 %)`.
    public var inWords: String {
        let tenths = (integers * 1000 + floats / 2) / floats
        return "\(integers) bytes as int8, \(floats) as floats"
            + " (\(tenths / 10).\(tenths % 10) %)"
    }
}

extension Computation {
    /// The layer's input that a step quantises: the number of the layer's weight, the scale and the
    /// codes; nil for another step.
    func input(
        quantizedAt place: Int, _ parameters: Parameters
    ) -> (weight: Int, scale: Float, levels: ClosedRange<Int>)? {
        guard case .quantization(let levels) = steps[place].operation,
            let layer = steps.first(where: { $0.isLayer(of: .result(place)) }),
            let weight = parameter(of: layer.operands[1])
        else { return nil }
        return (weight, scales(of: steps[place], parameters)[0], levels)
    }

    /// The number of the parameter that an operand is, or is the quantised form of.
    func parameter(of operand: Operand) -> Int? {
        switch operand {
        case .parameter(let number): number
        case .result(let place): parameter(of: steps[place].operands[0])
        case .input, .constant: nil
        }
    }
}

extension Computation.Step {
    /// Whether it is a convolution or linear layer of this input.
    fileprivate func isLayer(of input: Computation.Operand) -> Bool {
        switch operation {
        case .convolution, .linear: operands[0] == input
        default: false
        }
    }
}
