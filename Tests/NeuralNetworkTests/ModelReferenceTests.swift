import Bytes
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Whole models against PyTorch in float64: from the same state and batch, the same logits, loss,
/// gradients and state after a step of SGD.
///
/// Where the mathematics cancels, a gradient may be four times as far off as PyTorch's own in
/// float32: both are chance.
@Suite(.timeLimit(.minutes(1)))
struct ModelReferenceTests {
    private static let names = [
        "mlp", "lenet", "plain-cnn", "resnet8", "wrn-10-1", "mobilenet", "vgg8", "vgg13",
        "shufflenet", "transformer", "text-cnn", "tabular-resnet", "transformer-padded",
        "text-cnn-padded", "resnet8-imagenet", "resnet18", "resnet18-small", "resnet50",
        "shufflenet-imagenet",
    ]

    @Test(arguments: names)
    func agrees(name: String) throws {
        let example = try ReferenceCase.one(in: name, name)
        var learner = try Learner(example, model: name)
        let x = try example.tensor("input")
        expectAgreement(
            learner.evaluate(x), try example.tensor("evaluation.logits"), "logits in evaluation")

        let result = learner.step(x, labels: try example.labels())
        expectAgreement(result.logits, try example.tensor("logits"), "logits")
        expectAgreement(result.loss, try example.tensor("loss"), "loss")
        var gradients = Parameters(zerosFor: learner.model.slots)
        gradients.update { $0 = result.gradients }
        for slot in gradients.slots {
            expectAgreement(
                gradients[slot], try example.tensor("gradient/\(slot.name)"),
                "gradient of \(slot.name)",
                rounding: 4 * Double(try example.tensor("rounding/\(slot.name)").scalar))
        }
        try expectState(of: learner, "stepped", in: example, tolerance: 1e-4)
    }

    /// Ten steps of a ResNet-8: rounding grows from step to step, the learning must not differ.
    @Test func resNet8LearnsAlike() throws {
        let first = try ReferenceCase.one(in: "resnet8", "resnet8")
        let run = try ReferenceCase.one(in: "resnet8", "run")
        var learner = try Learner(first, model: "resnet8")
        _ = learner.step(try first.tensor("input"), labels: try first.labels())
        let (inputs, labels) = (try run.tensor("inputs"), try run.labels())
        let losses = (0..<inputs.shape[0]).map { step in
            let batch = inputs.rows(step..<step + 1).reshaped(Array(inputs.shape.dropFirst()))
            let count = batch.shape[0]
            return learner.step(batch, labels: Array(labels[step * count..<(step + 1) * count]))
                .loss.scalar
        }
        expectAgreement(
            Tensor(shape: [losses.count], values: losses), try run.tensor("losses"), "losses",
            tolerance: 1e-3)
        try expectState(of: learner, "final", in: run, tolerance: 1e-3)
    }

    @Test func parameterCountsAreTheReferences() throws {
        let data = try Data(contentsOf: ReferenceCase.url(of: "parameters.json"))
        let tables = try JSONDecoder().decode([String: [String: Int]].self, from: data)
        for (key, counts) in tables {
            let words = key.split(separator: " ")
            let input = words[0].split(separator: "x").compactMap { Int($0) }
            let classes = try #require(Int(words[1]))
            for (name, count) in counts {
                let model = try Model(architecture(name), input: input, classes: classes)
                #expect(model.parameterCount == count, "\(name) for \(key)")
            }
        }
    }

    /// A file that torchvision's net saved has the tensors that the model of its name reads.
    @Test func netsForImageNetHaveTheTensorsOfTorchvision() throws {
        let data = try Data(contentsOf: ReferenceCase.url(of: "torchvision.json"))
        let layouts = try JSONDecoder().decode([String: [String: [Int]]].self, from: data)
        #expect(layouts.count == 5)
        for (name, layout) in layouts {
            let options = name == "shufflenet" ? map(["stem": "imagenet"]) : nil
            let model = try Model(
                Models.make(name, options: options), input: [3, 224, 224], classes: 1000)
            var own = Dictionary(uniqueKeysWithValues: model.slots.map { ($0.name, $0.shape) })
            for layer in model.initialBuffers.layers {
                for moment in ["running_mean", "running_var"] {
                    own["\(layer.name).\(moment)"] = [layer.mean.count]
                }
                own["\(layer.name).num_batches_tracked"] = []
            }
            #expect(own == layout, "\(name)")
        }
    }

    /// `plain-cnn depth=4`, or a name alone.
    private func architecture(_ name: String) throws -> any Architecture {
        let parts = name.split(separator: " depth=").map(String.init)
        return try Models.make(parts[0], options: parts.count == 2 ? map(["depth": parts[1]]) : nil)
    }

    /// Compares the kept entries and the norm of every tensor.
    private func expectState(
        of learner: Learner, _ prefix: String, in example: ReferenceCase, tolerance: Double
    ) throws {
        let state = SafeTensorsFile(learner.parameters, learner.buffers).tensors
        for (name, kept) in example.group(prefix) {
            let expected = try #require(kept.tensor)
            let values = try #require(state[name]?.floats)
            let step = max(1, (values.count + 63) / 64)
            let actual = stride(from: 0, to: values.count, by: step).map { values[$0] }
            expectAgreement(
                Tensor(shape: [actual.count], values: actual), expected, "\(prefix) \(name)",
                tolerance: tolerance)
            let norm = norm(values.map { Double($0) })
            let expectedNorm = Double(try example.tensor("\(prefix).norm/\(name)").scalar)
            #expect(abs(norm - expectedNorm) <= tolerance * expectedNorm, "norm of \(name)")
        }
        for (name, count) in example.group("\(prefix).count") {
            #expect(state[name]?.int64s == count.int64s, "\(name)")
        }
    }
}

/// A model in training, begun from the state in a fixture.
private struct Learner {
    let model: Model
    let optimizer: SGD
    var parameters: Parameters
    var buffers: Buffers
    var memory: OptimizerState

    init(_ example: ReferenceCase, model name: String) throws {
        let shape = try example.tensor("input").shape
        model = try Model(
            Self.architecture(name),
            input: Array(shape.dropFirst()), classes: example.option("classes", 0))
        (parameters, buffers) = try SafeTensorsFile(tensors: example.group("state"))
            .state(of: model)
        optimizer = SGD(
            rate: example.option("rate", 0), momentum: example.option("momentum", 0),
            isNesterov: true, decay: example.option("decay", 0))
        memory = optimizer.initialState(for: parameters)
    }

    /// The model of a case; one that ends in `-padded` reads 0 as padding.
    private static func architecture(_ name: String) throws -> any Architecture {
        let parts = name.split(separator: /-(?=padded$|imagenet$|small$)/).map(String.init)
        let model = try Models.make(parts[0], options: options(of: name))
        return parts.last == "padded" ? model.reading(Vocabulary(count: 11, padding: 0)) : model
    }

    /// The options that the generator gave its model.
    private static func options(of name: String) -> Setting? {
        switch name {
        case "mlp": map(["hidden": [24, 16]])
        case "tabular-resnet": map(["width": [8], "blocks": [2], "hidden": [12]])
        case "lenet": map(["channels": [6, 8], "hidden": [20]])
        case "plain-cnn": map(["depth": [4]])
        case "wrn-10-1": map(["width": [8]])
        case "mobilenet", "vgg8", "vgg13", "resnet18": map(["width": [4]])
        case "resnet8-imagenet": map(["width": "4", "stem": "imagenet"])
        case "resnet18-small": map(["width": "2", "stem": "small"])
        case "resnet50": map(["width": "4", "stem": "small"])
        case "shufflenet": map(["width": [8], "last": [16]])
        case "shufflenet-imagenet": map(["width": "8", "last": "16", "stem": "imagenet"])
        case "transformer", "transformer-padded":
            map(["dimension": [8], "heads": [2], "hidden": [12], "tokens": [11]])
        case "text-cnn", "text-cnn-padded":
            map(["dimension": [6], "filters": [5], "tokens": [11]])
        default: nil
        }
    }

    func evaluate(_ x: Tensor) -> Tensor {
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
        return model.network(Variable(x), pass).value
    }

    mutating func step(
        _ x: Tensor, labels: [Int]
    ) -> (logits: Tensor, loss: Tensor, gradients: Tensor) {
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
        let logits = model.network(Variable(x), pass)
        let loss = logits.crossEntropy(labels)
        tape.backward(from: loss)
        let gradients = pass.gradients(of: parameters)
        optimizer.step(
            &parameters, gradients: gradients, state: &memory, rate: optimizer.rate)
        buffers = pass.buffers
        return (logits.value, loss.value, gradients)
    }
}
