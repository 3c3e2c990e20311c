import NeuralNetwork

/// A model in the Open Neural Network Exchange format, for batches of any size.
public struct ONNXFile: Sendable {
    /// How a graph's input becomes what the model was trained on: `(x / divisor − mean) / std`, by
    /// channel.
    public struct Scaling: Sendable {
        /// What an element is divided by first.
        public var divisor: Double
        /// One for each channel.
        public var mean: [Double]
        /// One for each channel, positive.
        public var std: [Double]

        /// - Precondition: there are as many means as standard deviations.
        public init(divisor: Double, mean: [Double], std: [Double]) {
            precondition(mean.count == std.count, "a mean and a standard deviation by channel")
            self.divisor = divisor
            self.mean = mean
            self.std = std
        }
    }

    /// The content of the file.
    public let bytes: [UInt8]

    /// The most bytes of weights: a message of Protocol Buffers has at most 2 GiB.
    public static let largest = 2_000_000_000

    /// Writes a model.
    ///
    /// The input is `images`, N×C×H×W floats, or `tokens`, N×C×H×W int64; the output is `logits`,
    /// N×classes, or N·T×classes where every position has an answer, or `probabilities`.
    ///
    /// - Parameters:
    ///   - name: of the graph.
    ///   - output: which of the model's classifiers answers; the others are left out.
    ///   - isSoftmax: whether the output is the softmax of the logits.
    ///   - scaling: is applied within the graph; nil where whoever uses it does so.
    ///   - metadata: texts for whoever uses the file.
    /// - Precondition: the model has the output.
    /// - Throws: ``ExportError`` for a model that is too large, or has an operation without a form.
    public init(
        _ model: Model, parameters: Parameters, buffers: Buffers, name: String,
        output: ModelOutput = .last, isSoftmax: Bool = false, scaling: Scaling? = nil,
        metadata: [String: String] = [:]
    ) throws(ExportError) {
        guard model.parameterCount * 4 <= Self.largest else {
            throw ExportError(
                "a model of \(model.parameterCount) parameters is too large for an ONNX file of 2 GiB;"
                    + " safetensors hold it")
        }
        var graph = ONNXGraph()
        let isText = model.vocabulary != nil
        let input = isText ? "tokens" : "images"
        graph.setInput(
            input, isText ? .int64 : .float, [.free("batch")] + model.input.map { .fixed($0) })
        let start = scaling.map { graph.scaled(input, $0) } ?? input
        var writer = ComputationWriter(model, output, parameters, buffers, input: start)
        let logits = try writer.write(into: &graph)
        let result = isSoftmax ? "probabilities" : "logits"
        if isSoftmax {
            graph.node("Softmax", [logits], result: result, ["axis": .integer(-1)])
        } else {
            graph.node("Identity", [logits], result: result)
        }
        graph.setOutput(
            result, [.free(model.rowsPerSample > 1 ? "positions" : "batch"), .fixed(model.classes)])
        bytes = graph.model(named: name, metadata: metadata)
    }
}

extension ONNXGraph {
    /// Appends the scaling of N×C×H×W.
    fileprivate mutating func scaled(_ x: String, _ scaling: ONNXFile.Scaling) -> String {
        let shape = [1, scaling.mean.count, 1, 1]
        let means = tensor(
            Tensor(shape: shape, values: scaling.mean.map { Float($0 * scaling.divisor) }))
        let deviations = tensor(
            Tensor(shape: shape, values: scaling.std.map { Float($0 * scaling.divisor) }))
        return node("Div", [node("Sub", [x, means]), deviations])
    }
}

/// Writes what a model computes into a graph.
private struct ComputationWriter {
    private let model: Model
    private let parameters: Parameters
    private let input: String
    /// The same computation for batches of two sizes, which tell what depends on the size.
    private let (small, large): (Computation, Computation)
    private var parameterNames: [Int: String] = [:]
    private var constantNames: [Int: String] = [:]
    private var results: [String] = []

    init(
        _ model: Model, _ output: ModelOutput, _ parameters: Parameters, _ buffers: Buffers,
        input: String
    ) {
        self.model = model
        self.parameters = parameters
        self.input = input
        func computation(of batch: Int) -> Computation {
            model.computation(
                parameters: parameters, buffers: buffers, batch: batch, output: output)
        }
        (small, large) = (computation(of: 2), computation(of: 3))
    }

    /// Writes every step.
    ///
    /// - Returns: the name of the logits.
    mutating func write(into graph: inout ONNXGraph) throws(ExportError) -> String {
        for (place, (step, larger)) in zip(small.steps, large.steps).enumerated() {
            if let result = try quantization(at: place, in: &graph) {
                results.append(result)
                continue
            }
            var operands: [String] = []
            for operand in step.operands {
                operands.append(try name(of: operand, in: &graph))
            }
            let shape = zip(step.shape, larger.shape).map { $0 == $1 ? $0 : -1 }
            if case .linear(let activation) = step.operation, isQuantized(step.operands[1]) {
                results.append(try graph.quantizedLinear(operands, activation))
            } else {
                results.append(try graph.append(step.operation, operands, shape: shape))
            }
        }
        return try name(of: small.output, in: &graph)
    }

    /// Whether an operand is a parameter that a step quantises.
    private func isQuantized(_ operand: Computation.Operand) -> Bool {
        guard case .result(let place) = operand else { return false }
        return small.integerWeights(at: place, parameters) != nil
    }

    /// Writes a step that quantises something.
    ///
    /// - Returns: the name of its result; nil for another step.
    private mutating func quantization(
        at place: Int, in graph: inout ONNXGraph
    ) throws(ExportError) -> String? {
        if let weights = small.integerWeights(at: place, parameters) {
            return graph.dequantized(weights, named: model.slots[weights.parameter].name)
        }
        guard case .quantization(let levels) = small.steps[place].operation else { return nil }
        let input = try name(of: small.steps[place].operands[0], in: &graph)
        return graph.quantized(
            input, scale: small.scales(of: small.steps[place], parameters)[0], levels: levels)
    }

    private mutating func name(
        of operand: Computation.Operand, in graph: inout ONNXGraph
    ) throws(ExportError) -> String {
        switch operand {
        case .input: return input
        case .result(let number): return results[number]
        case .parameter(let number):
            if let known = parameterNames[number] { return known }
            let slot = model.slots[number]
            let name = graph.tensor(parameters[slot], named: slot.name)
            parameterNames[number] = name
            return name
        case .constant(let number):
            if let known = constantNames[number] { return known }
            let tensor = small.constants[number]
            guard tensor.shape == large.constants[number].shape else {
                throw ExportError("a constant of the model depends on the size of the batch")
            }
            let name = graph.tensor(tensor)
            constantNames[number] = name
            return name
        }
    }
}
