import Bytes
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Quantisation against PyTorch in float64: single tensors, and whole models from the batch that
/// starts their scales on.
@Suite(.timeLimit(.minutes(1)))
struct QuantizationReferenceTests {
    @Test func evenLevels() throws {
        for example in try ReferenceCase.all(in: "quantization", group: "levels") {
            let tape = Tape()
            let x = tape.leaf(try example.tensor("input"))
            let scale = tape.leaf(try example.tensor("scale"))
            let y = x.quantized(
                by: scale, levels: example.option("lowest", 0)...example.option("highest", 0),
                scaleFactor: example.option("factor", 1))
            try check(y, ["input": x, "scale": scale], tape, example)
        }
    }

    @Test func hyperbolicLevels() throws {
        for example in try ReferenceCase.all(in: "quantization", group: "hyperbolic") {
            let tape = Tape()
            let x = tape.leaf(try example.tensor("input"))
            let y = x.hyperbolicallyQuantized(bits: example.option("bits", 0))
            try check(y, ["input": x], tape, example)
        }
    }

    private func check(
        _ y: Variable, _ leaves: [String: Variable], _ tape: Tape, _ example: ReferenceCase
    ) throws {
        expectAgreement(y.value, try example.tensor("output"), example.name)
        tape.backward(from: (y * Variable(try example.tensor("upstream"))).sum())
        for (name, leaf) in leaves {
            expectAgreement(
                leaf.gradient, try example.tensor("\(name).gradient"),
                "\(example.name), gradient of \(name)")
        }
    }

    private static let names = [
        "lsq-mlp", "lsq-resnet8", "lsq-mobilenet", "lsq-weights-resnet8", "minmax-resnet8",
        "minmax-plain-cnn", "dorefa-resnet8",
    ]

    @Test(arguments: names)
    func wholeModels(name: String) throws {
        let example = try ReferenceCase.one(in: "quantization", name)
        var learner = try QuantizedLearner(example)
        for step in ["first", "second"] {
            let result = learner.step(
                try example.tensor("\(step).input"), try example.labels("\(step).labels"))
            expectAgreement(result.logits, try example.tensor("\(step).logits"), "\(step) logits")
            expectAgreement(result.loss, try example.tensor("\(step).loss"), "\(step) loss")
            for slot in result.gradients.slots {
                expectAgreement(
                    result.gradients[slot], try example.tensor("\(step).gradient/\(slot.name)"),
                    "\(step) gradient of \(slot.name)", tolerance: 1e-3)
            }
            try learner.expectState("\(step).stepped", in: example)
        }
        let pass = ForwardPass(
            .evaluation, parameters: learner.parameters, buffers: learner.buffers,
            key: RandomKey(seed: 0))
        expectAgreement(
            learner.model.network(Variable(try example.tensor("second.input")), pass).value,
            try example.tensor("evaluation.logits"), "logits in evaluation", tolerance: 1e-3)
    }

    /// What the reference starts the scales of weights from, this program does.
    @Test func weightsStartTheirScales() throws {
        for name in ["lsq-mlp", "lsq-resnet8", "lsq-mobilenet"] {
            let learner = try QuantizedLearner(ReferenceCase.one(in: "quantization", name))
            let scales = learner.parameters.slots.filter { $0.name.hasSuffix("weight_scale") }
            #expect(!scales.isEmpty)
            var started = learner.parameters
            for slot in scales { started[slot] = Tensor(repeating: 0, shape: slot.shape) }
            learner.model.quantization?.startWeights(&started)
            for slot in scales {
                expectAgreement(started[slot], learner.parameters[slot], slot.name)
            }
        }
    }
}

/// A quantised model in training, begun from the state in a fixture.
private struct QuantizedLearner {
    let model: Model
    let optimizer: SGD
    var parameters: Parameters
    var buffers: Buffers
    var memory: OptimizerState

    init(_ example: ReferenceCase) throws {
        let quantization = Quantization(
            weights: example.option("weights", 0), activations: example.option("activations", 0),
            method: try QuantizationMethods.registry.make(example.option("method", "")))
        let keys = ["hidden", "width", "depth"].filter { example.options[$0] != nil }
        let options = Dictionary(uniqueKeysWithValues: keys.map { ($0, example.numbers($0)) })
        model = try Model(
            Models.make(example.option("model", ""), options: map(options)),
            input: Array(try example.tensor("first.input").shape.dropFirst()),
            classes: example.option("classes", 0), quantization: quantization)
        (parameters, buffers) = try SafeTensorsFile(tensors: example.group("state"))
            .state(of: model)
        optimizer = SGD(
            rate: example.option("rate", 0), momentum: example.option("momentum", 0),
            isNesterov: true, decay: example.option("decay", 0))
        memory = optimizer.initialState(for: parameters)
    }

    mutating func step(
        _ x: Tensor, _ labels: [Int]
    ) -> (logits: Tensor, loss: Tensor, gradients: Parameters) {
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
        let logits = model.network(Variable(x), pass)
        let loss = logits.crossEntropy(labels)
        tape.backward(from: loss)
        var gradients = Parameters(zerosFor: model.slots)
        gradients.update { $0 = pass.gradients(of: parameters) }
        for (number, value) in pass.started { parameters[parameters.slots[number]] = value }
        optimizer.step(
            &parameters, gradients: gradients.flat, state: &memory, rate: optimizer.rate)
        buffers = pass.buffers
        return (logits.value, loss.value, gradients)
    }

    func expectState(_ prefix: String, in example: ReferenceCase) throws {
        let state = SafeTensorsFile(parameters, buffers).tensors
        for (name, kept) in example.group(prefix) {
            let values = try #require(state[name]?.floats, "\(name)")
            let step = max(1, (values.count + 63) / 64)
            let actual = stride(from: 0, to: values.count, by: step).map { values[$0] }
            let expected = try #require(kept.floats)
            expectAgreement(
                Tensor(shape: [actual.count], values: actual),
                Tensor(shape: [expected.count], values: expected), "\(prefix) \(name)",
                tolerance: 1e-3)
        }
        for (name, count) in example.group("\(prefix).count") {
            #expect(state[name]?.int64s == count.int64s, "\(name)")
        }
    }
}
