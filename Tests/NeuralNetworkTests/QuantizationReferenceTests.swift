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
        var learner = try self.learner(example)
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
            try learner.expectState("\(step).stepped", in: example, tolerance: 1e-3)
        }
        expectAgreement(
            learner.evaluate(try example.tensor("second.input")),
            try example.tensor("evaluation.logits"), "logits in evaluation", tolerance: 1e-3)
    }

    /// What the reference starts the scales of weights from, this program does.
    @Test func weightsStartTheirScales() throws {
        for name in ["lsq-mlp", "lsq-resnet8", "lsq-mobilenet"] {
            let learner = try self.learner(ReferenceCase.one(in: "quantization", name))
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

    /// A quantised model in training.
    private func learner(_ example: ReferenceCase) throws -> ReferenceLearner {
        let quantization = Quantization(
            weights: example.option("weights", 0), activations: example.option("activations", 0),
            method: try QuantizationMethods.registry.make(example.option("method", "")))
        let keys = ["hidden", "width", "depth"].filter { example.options[$0] != nil }
        let options = Dictionary(uniqueKeysWithValues: keys.map { ($0, example.numbers($0)) })
        return try ReferenceLearner(
            Model(
                Models.make(example.option("model", ""), options: map(options)),
                input: Array(try example.tensor("first.input").shape.dropFirst()),
                classes: example.option("classes", 0), quantization: quantization), example)
    }
}
