import Bytes
import Kernels
import NeuralNetwork
import Options
import Testing

/// What holds for the quantisation of every model by every method.
@Suite(.timeLimit(.minutes(2)))
struct QuantizationLawTests {
    private static let methods = QuantizationMethods.registry.names
    private static let models =
        ["mlp", "tabular-resnet", "lenet", "plain-cnn", "mobilenet"]
        + ["shufflenet", "transformer", "text-cnn", "vgg8", "resnet8", "wrn-10-1"]
    private static let small: [String: [String: [Int]]] = [
        "mlp": ["hidden": [12]], "tabular-resnet": ["width": [8], "hidden": [8]],
        "mobilenet": ["width": [4]], "vgg8": ["width": [4]], "resnet8": ["width": [4]],
        "transformer": ["dimension": [8], "heads": [2], "hidden": [12], "tokens": [5]],
        "text-cnn": ["dimension": [6], "filters": [4], "tokens": [5]],
        "shufflenet": ["width": [8], "last": [16]], "lenet": ["channels": [4, 4]],
    ]

    func model(_ name: String, _ quantization: Quantization?) throws -> Model {
        try Model(
            Models.make(name, options: Self.small[name].map { map($0) }), input: [1, 8, 8],
            classes: 3, quantization: quantization)
    }

    private func quantization(_ method: String, weights: Int = 4) throws -> Quantization {
        Quantization(weights: weights, method: try QuantizationMethods.registry.make(method))
    }

    func batch(of model: Model) -> Variable {
        let key = RandomKey(seed: 5)
        let shape = [4] + model.input
        return Variable(
            Tensor(
                shape: shape,
                values: (0..<shape.reduce(1, *)).map { place in
                    model.vocabulary == nil
                        ? key.normal(at: place) : Float(key.integer(below: 5, at: place))
                }))
    }

    /// A pass with everything that it started.
    func trained(
        _ model: Model, from state: (parameters: Parameters, buffers: Buffers)? = nil
    ) -> (parameters: Parameters, buffers: Buffers, gradients: Tensor) {
        var parameters =
            state?.parameters ?? model.initialParameters(key: RandomKey(seed: 1))
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: state?.buffers ?? model.initialBuffers,
            tape: tape, key: RandomKey(seed: 2))
        tape.backward(from: model.network(batch(of: model), pass).crossEntropy([0, 1, 2, 0]))
        let gradients = pass.gradients(of: parameters)
        for (number, value) in pass.started { parameters[parameters.slots[number]] = value }
        return (parameters, pass.buffers, gradients)
    }

    /// Every weight of a convolution or linear layer, and no other parameter.
    @Test(arguments: models)
    func everyLayerIsQuantized(name: String) throws {
        let plain = try model(name, nil)
        let quantized = try model(name, quantization("lsq"))
        let plan = try #require(quantized.quantization)
        #expect(Array(quantized.slots.prefix(plain.slots.count)) == plain.slots)
        let weights = plain.slots.filter { slot in
            slot.shape.count > 1 && !slot.name.hasPrefix("embedding") && slot.name != "position"
        }
        #expect(Set(plan.layers.map { plain.slots[$0.weight].name }) == Set(weights.map(\.name)))
        #expect(plan.layers.first?.isEnd == true && plan.layers.last?.isEnd == true)
        for layer in plan.layers {
            #expect(layer.weightBits == (layer.isEnd ? 8 : 4), "\(layer.name)")
            #expect(layer.inputBits == 8, "\(layer.name)")
        }
        let ends = plan.layers.filter(\.isEnd).count
        #expect(ends == (name == "text-cnn" ? 4 : 2), "\(plan.layers.filter(\.isEnd))")
    }

    /// All parameters but those of dead units receive a gradient, scales among them, and all
    /// numbers are finite; a second pass starts nothing again.
    @Test(arguments: models, methods)
    func everyModelTrains(name: String, method: String) throws {
        let model = try model(name, quantization(method))
        let state = trained(model)
        #expect(state.gradients.isFinite && state.parameters.flat.isFinite)
        #expect(
            model.quantization?.unstartedLayer(state.parameters, state.buffers) == nil)
        var gradients = Parameters(zerosFor: model.slots)
        gradients.update { $0 = state.gradients }
        for slot in model.slots where slot.name.hasSuffix("weight_scale") {
            #expect(gradients[slot].values.contains { $0 != 0 }, "\(slot.name)")
        }
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers,
            key: RandomKey(seed: 2))
        _ = model.network(batch(of: model), pass)
        #expect(pass.started.isEmpty)
    }

    /// Files hold everything: what is read back computes the same bits.
    @Test(arguments: models, methods)
    func everythingIsStored(name: String, method: String) throws {
        let model = try model(name, quantization(method))
        let state = trained(model)
        let bytes = SafeTensorsFile(state.parameters, state.buffers).encoded()
        let file = try SafeTensorsFile(decoding: bytes)
        let again = try file.state(of: model)
        let loaded = try file.weights(of: model)
        for (parameters, buffers) in [again, (loaded.parameters, loaded.buffers)] {
            #expect(SafeTensorsFile(parameters, buffers).encoded() == bytes)
        }
        #expect(loaded.remarks.isEmpty)
    }

    @Test(arguments: methods)
    func weightsOfFloatsBeginAQuantizedModel(method: String) throws {
        let plain = try model("resnet8", nil)
        let key = RandomKey(seed: 1)
        let floats = SafeTensorsFile(plain.initialParameters(key: key), plain.initialBuffers)
        let quantized = try model("resnet8", quantization(method))
        let loaded = try floats.weights(of: quantized)
        #expect(loaded.remarks.contains { $0.contains("weights of floats") })
        #expect(
            loaded.parameters.flat.values
                == quantized.initialParameters(key: key).flat.values)
        #expect(
            quantized.quantization?.unstartedLayer(loaded.parameters, loaded.buffers)
                == "conv1")
    }

    @Test func aPartOfTheScalesIsRefused() throws {
        let model = try model("mlp", quantization("lsq"))
        let state = trained(model)
        var file = SafeTensorsFile(state.parameters, state.buffers)
        file.tensors["fc1.input_scale"] = nil
        #expect(throws: SafeTensorsError.self) { try file.weights(of: model) }
    }

    /// Before the first batch of training, inputs have no scale, and evaluation leaves them floats.
    @Test func evaluationStartsNothing() throws {
        let model = try model("mlp", quantization("lsq"))
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: model.initialBuffers,
            key: RandomKey(seed: 2))
        #expect(model.network(batch(of: model), pass).value.isFinite)
        #expect(pass.started.isEmpty)
        #expect(
            model.quantization?.unstartedLayer(parameters, model.initialBuffers) == "fc1")
    }

    /// The weights that a layer uses are codes times scales, exactly.
    @Test(arguments: methods, [2, 4, 7])
    func codesGiveTheWeights(method: String, bits: Int) throws {
        let model = try model("resnet8", quantization(method, weights: bits))
        let state = trained(model)
        let computation = model.computation(
            parameters: state.parameters, buffers: state.buffers, batch: 2)
        let found = computation.steps.indices.compactMap {
            computation.integerWeights(at: $0, state.parameters)
        }
        #expect(found.count == model.quantization?.layers.count)
        for weights in found {
            let layer = try #require(
                model.quantization?.layers.first { $0.weight == weights.parameter })
            let limit = 1 << layer.weightBits
            #expect(Set(weights.codes).count <= limit)
            let width = weights.codes.count / weights.scales.count
            let slot = state.parameters.slots[weights.parameter]
            let original = state.parameters[slot].values
            for (place, code) in weights.codes.enumerated()
            where method != "dorefa" || layer.isEnd {
                let scale = weights.scales[place / width]
                let isClipped = abs(original[place]) > Float(limit / 2 - 1) * scale
                let error = abs(Float(code) * scale - original[place])
                #expect(isClipped || error <= scale / 2 * 1.0001)
            }
        }
    }

    @Test func oneStepIsOneResultWhateverTheThreads() {
        let key = RandomKey(seed: 9)
        let x = Floats((0..<200_001).map { key.normal(at: $0) })
        let run = { (threads: Int) in
            Parallel.withThreads(threads) {
                let found = Kernels.quantizedGradient(
                    x, upstream: x, scales: [0.02, 0.03, 0.05], levels: -8...7)
                return (found.input.array, found.scales)
            }
        }
        let (one, three) = (run(1), run(3))
        #expect(one.0 == three.0 && one.1 == three.1)
        let exact = (0..<200_001).reduce(into: [0.0, 0, 0]) { sums, place in
            let (row, scale) = (place / 66667, [0.02, 0.03, 0.05] as [Float])
            let u = x[place] / scale[row]
            let kept = min(max(u, -8), 7)
            let slope = kept.rounded(.toNearestOrEven) - (kept == u ? u : 0)
            sums[row] += Double(x[place] * slope)
        }
        for row in 0..<3 {
            #expect(abs(exact[row] - Double(one.1[row])) <= 1e-4 * abs(exact[row]))
        }
    }

    @Test(arguments: [
        (["weights": "1"], "it is 2 to 8 bits, or 32"),
        (["weights": "32", "activations": "32"], "nothing is quantised"),
        (["weights": "8", "method": "dorefa"], "has 7 bits at most"),
        (["method": "lsqq"], "unknown quantization 'lsqq'"),
        (["bits": "4"], "'bits'"),
    ])
    func whatCannotBeIsRefused(options: [String: String], reason: String) {
        let error = #expect(throws: SettingError.self) {
            try Quantization.reading(map(options.map { ($0.key, $0.value) }), of: "a")
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }
}

/// Evaluation in products of integers.
@Suite(.timeLimit(.minutes(1)))
struct IntegerModelTests {
    private static let names =
        ["mlp", "lenet", "plain-cnn", "mobilenet", "shufflenet", "vgg8"]
        + ["resnet8", "wrn-10-1", "transformer", "text-cnn", "tabular-resnet"]

    /// The logits are those of the quantised floats, but for codes that rounding moves by one.
    @Test(arguments: names, QuantizationMethods.registry.names)
    func agreesWithQuantizedFloats(name: String, method: String) throws {
        let law = QuantizationLawTests()
        for (weights, activations) in [(8, 8), (4, 8), (3, 5)]
        where method != "dorefa" || weights < 8 {
            let model = try law.model(
                name,
                Quantization(
                    weights: weights, activations: activations,
                    method: try QuantizationMethods.registry.make(method)))
            let state = settled(model)
            let x = law.batch(of: model)
            let run = { (model: Model, parameters: Parameters) in
                let pass = ForwardPass(
                    .evaluation, parameters: parameters, buffers: state.buffers,
                    key: RandomKey(seed: 2))
                return model.network(x, pass).value.values
            }
            let expected = run(model, state.parameters)
            let integers = model.withIntegerLayers(state.parameters, state.buffers)
            let found = run(integers, state.parameters)
            // The weights of floats are not read any more.
            var without = state.parameters
            for layer in model.quantization?.layers ?? [] {
                let slot = model.slots[layer.weight]
                without[slot] = Tensor(repeating: 0, shape: slot.shape)
            }
            #expect(run(integers, without) == found)
            #expect(Set(expected).count > model.classes, "every sample has the same logits")
            let size = expected.map(abs).max() ?? 0
            let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(worst <= (activations == 8 ? 0.02 : 0.1) * size, "\(weights), \(activations)")
        }
    }

    /// A model whose running moments and ranges have settled on a batch.
    private func settled(_ model: Model) -> (parameters: Parameters, buffers: Buffers) {
        let law = QuantizationLawTests()
        let (parameters, first, _) = law.trained(model)
        var buffers = first
        for _ in 0..<30 {
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: buffers, key: RandomKey(seed: 2))
            _ = model.network(law.batch(of: model), pass)
            buffers = pass.buffers
        }
        return (parameters, buffers)
    }

    /// Weights without scales of their inputs, as those with inputs of floats, stay floats.
    @Test func layersWithInputsOfFloatsStayFloats() throws {
        let law = QuantizationLawTests()
        let model = try law.model("resnet8", Quantization(weights: 4, activations: 32))
        let state = law.trained(model)
        let run = { (model: Model) in
            let pass = ForwardPass(
                .evaluation, parameters: state.parameters, buffers: state.buffers,
                key: RandomKey(seed: 2))
            return model.network(law.batch(of: model), pass).value.values
        }
        #expect(run(model.withIntegerLayers(state.parameters, state.buffers)) == run(model))
    }

    /// A file of integers holds the codes, and what is left as it is.
    @Test(arguments: QuantizationMethods.registry.names)
    func filesHoldTheCodes(method: String) throws {
        let law = QuantizationLawTests()
        let model = try law.model(
            "resnet8", Quantization(method: try QuantizationMethods.registry.make(method)))
        let state = law.trained(model)
        let file = SafeTensorsFile(integersOf: model, state.parameters, state.buffers)
        let plan = try #require(model.quantization)
        for layer in plan.layers {
            let weight = try #require(file.tensors["\(layer.name).weight"])
            #expect(weight.dtype == .i8 && weight.shape == layer.weightShape)
            let scales = try #require(file.tensors["\(layer.name).weight_scale"]?.floats)
            let levels = try #require(file.tensors["\(layer.name).input_levels"]?.int64s)
            #expect(scales.count == 1 || scales.count == layer.weightShape[0])
            #expect(levels[0] <= 0 && levels[1] - levels[0] < 256)
            #expect(try #require(file.tensors["\(layer.name).input_scale"]?.floats)[0] > 0)
        }
        let plain = try law.model("resnet8", nil)
        let floats = SafeTensorsFile(
            plain.initialParameters(key: RandomKey(seed: 1)), state.buffers)
        #expect(
            Set(file.tensors.keys.filter { !$0.contains("_scale") && !$0.contains("_levels") })
                == Set(floats.tensors.keys.filter { !$0.contains("input_") }))
        let sizes = try #require(model.fileSizes)
        #expect(sizes.integers == file.encoded().count)
        #expect(sizes.integers < sizes.floats * 2 / 3)
    }
}
