import Bytes
import NeuralNetwork
import Options
import Testing

/// What holds for every model that the registry knows: a new one is tested when it is added.
@Suite(.timeLimit(.minutes(1)))
struct ModelLawTests {
    /// A small instance of a model: where it has a width, a narrow one.
    private func model(
        _ name: String, input: [Int] = [2, 8, 8], classes: Int = 4,
        _ further: [(String, String)] = []
    ) throws -> Model {
        let hasWidth = Models.registry.options(of: name).contains { $0.key == "width" }
        let options = (hasWidth ? [("width", "2")] : []) + further
        let made = try Models.registry.make(name, options: options.isEmpty ? nil : map(options))
        return try Model(
            made.answersEveryPosition ? made.reading(Vocabulary(count: classes)) : made,
            input: input, classes: classes)
    }

    /// A small instance whose batch norms have many pixels. The gradient of a deep net of a few
    /// pixels is so steep that float32 cannot resolve the differences.
    private func smooth(_ name: String) throws -> Model {
        guard ["resnet50", "resnet101"].contains(name) else { return try model(name) }
        return try model(name, input: [2, 32, 32], [("stem", "small")])
    }

    /// Random images, or random tokens for a model that reads them.
    private func inputs(_ count: Int, of model: Model) -> Tensor {
        let shape = [count] + model.input
        let key = RandomKey(seed: 5)
        return Tensor(
            shape: shape,
            values: (0..<shape.reduce(1, *)).map { place in
                model.vocabulary.map { Float(key.integer(below: $0.count, at: place)) }
                    ?? key.normal(at: place)
            })
    }

    private func training(
        _ model: Model, _ parameters: Parameters, _ x: Tensor, tape: Tape? = nil
    ) -> (loss: Variable, pass: ForwardPass) {
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
            key: RandomKey(seed: 2))
        let logits = model.network(Variable(x), pass)
        let labels = (0..<logits.shape[0]).map { $0 % model.classes }
        return (logits.crossEntropy(labels), pass)
    }

    /// Along the whole gradient the loss rises by its norm, and every parameter has its part.
    @Test(arguments: Models.registry.names)
    func theGradientAgreesWithCentralDifferences(name: String) throws {
        let model = try smooth(name)
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        let x = inputs(8, of: model)
        let tape = Tape()
        let (loss, pass) = training(model, parameters, x, tape: tape)
        tape.backward(from: loss)
        for (number, slot) in model.slots.enumerated() {
            #expect(pass.parameter(number).gradient?.shape == slot.shape, "\(slot.name)")
        }
        let gradient = pass.gradients(of: parameters)
        let norm = gradient.sumOfSquares.squareRoot()
        let step = 2.5e-4 / norm
        func moved(_ amount: Double) -> Double {
            var shifted = parameters
            shifted.update { $0.add(gradient, times: Float(amount / norm)) }
            return Double(training(model, shifted, x).loss.value.scalar)
        }
        let numeric = (moved(step) - moved(-step)) / (2 * step)
        #expect(abs(numeric / norm - 1) < 0.05)
    }

    @Test(arguments: Models.registry.names, [[1, 8, 8], [3, 16, 16], [2, 9, 7]])
    func logitsAndFeaturesHaveARowForEachImage(name: String, input: [Int]) throws {
        let model = try model(name, input: input, classes: 7)
        let pass = ForwardPass(
            .evaluation, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, key: RandomKey(seed: 2))
        let logits = model.network(Variable(inputs(3, of: model)), pass)
        #expect(logits.shape == [3 * model.rowsPerSample, 7])
        #expect(logits.value.isFinite)
        let features = try #require(pass.activations["features"]).shape
        #expect(features.first == 3 && features.count == (model.rowsPerSample > 1 ? 4 : 2))
    }

    /// What a layer is said to end by bounds what it computes, and what ends by nothing has signs.
    @Test(arguments: Models.registry.names)
    func tapsEndByTheFunctionTheySay(name: String) throws {
        let model = try model(name)
        let pass = ForwardPass(
            .training, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, key: RandomKey(seed: 2))
        _ = model.network(Variable(inputs(8, of: model)), pass)
        #expect(model.tapPlaces.mapValues(\.shape) == model.taps)
        for (place, activation) in pass.taps {
            let hasNegatives = activation.value.values.contains { $0 < 0 }
            #expect(hasNegatives == (pass.tapFunctions[place] == nil), "\(place)")
            #expect([nil, .relu].contains(pass.tapFunctions[place]))
            #expect(model.tapPlaces[place]?.function == pass.tapFunctions[place])
        }
    }

    @Test(arguments: Models.registry.names)
    func aSavedModelGivesTheSameLogits(name: String) throws {
        let model = try model(name)
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        let x = inputs(5, of: model)
        let buffers = training(model, parameters, x).pass.buffers
        let bytes = SafeTensorsFile(parameters, buffers).encoded()
        let (loaded, loadedStatistics) = try SafeTensorsFile(decoding: bytes).state(of: model)

        func logits(_ parameters: Parameters, _ buffers: Buffers) -> [Float] {
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers,
                key: RandomKey(seed: 2))
            return model.network(Variable(x), pass).value.values
        }
        #expect(logits(loaded, loadedStatistics) == logits(parameters, buffers))
        #expect(loadedStatistics.layers == buffers.layers)
    }

    @Test(arguments: Models.registry.names)
    func parametersHaveDistinctNames(name: String) throws {
        let slots = try model(name).slots
        #expect(Set(slots.map(\.name)).count == slots.count)
    }

    @Test func wideNetsOfAnyDepthHaveAName() throws {
        let wide = try #require(try Models.make("wrn-22-3") as? WideResNet)
        #expect((wide.depth, wide.widening) == (22, 3))
    }

    @Test(arguments: ["wrn-15-2", "wrn-16-0", "wrn-16", "resnet9", "lenet5"])
    func aWrongNameIsRefused(name: String) {
        #expect(throws: SettingError.self) { try Models.make(name) }
    }

    /// A tap is of no use to a loss unless it has one of the two shapes that summaries take.
    @Test(arguments: Models.registry.names)
    func tapsAreVectorsOrImages(name: String) throws {
        let taps = try model(name).taps
        #expect(taps.count > 0 && taps.values.allSatisfy { [1, 3].contains($0.count) }, "\(taps)")
    }

    /// What a step keeps grows with the images, and holds each image at least.
    @Test(arguments: Models.registry.names)
    func activationsGrowWithTheImages(name: String) throws {
        let small = try model(name, input: [1, 8, 8], classes: 7).activations
        let large = try model(name, input: [1, 16, 16], classes: 7).activations
        #expect(small.kept >= 64 && large.kept >= small.kept + 192)
        #expect(small.largest >= 64 && small.largest <= small.kept)
    }

    @Test func anImageTooSmallIsRefused() {
        #expect(throws: SettingError.self) {
            try Model(Models.make("lenet"), input: [1, 3, 8], classes: 2)
        }
        #expect(throws: SettingError.self) {
            try Model(Models.make("text-cnn"), input: [1, 1, 4], classes: 2)
        }
    }

    /// A file of another model is refused, and the tensor at fault named.
    @Test func anotherModelsFileIsRefused() throws {
        let (small, large) = (try model("resnet8"), try model("resnet14"))
        func file(_ model: Model) -> SafeTensorsFile {
            SafeTensorsFile(
                model.initialParameters(key: RandomKey(seed: 1)), model.initialBuffers)
        }
        func refusal(of model: Model, _ file: SafeTensorsFile) -> String? {
            #expect(throws: SafeTensorsError.self) { try file.state(of: model) }?.message
        }
        #expect(refusal(of: large, file(small))?.contains("lacks 'layer1.1.conv1.weight'") == true)
        #expect(refusal(of: small, file(large))?.contains("holds 'layer1.1.bn1.bias'") == true)
        let narrow = try model("resnet8", classes: 3)
        #expect(refusal(of: small, file(narrow))?.contains("'fc.weight' has the shape") == true)
        var wrong = file(small)
        wrong.tensors["bn1.num_batches_tracked"] = SafeTensor(floats: [1], shape: [])
        #expect(refusal(of: small, wrong)?.contains("bn1.num_batches_tracked' is not I64") == true)
    }
}
