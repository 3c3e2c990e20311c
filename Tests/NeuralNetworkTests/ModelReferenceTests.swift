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
        "shufflenet-imagenet", "searched", "gpt", "gpt-rotary",
    ]

    @Test(arguments: names)
    func agrees(name: String) throws {
        let example = try ReferenceCase.one(in: name, name)
        var learner = try self.learner(example, model: name)
        let x = try example.tensor("input")
        expectAgreement(
            learner.evaluate(x), try example.tensor("evaluation.logits"), "logits in evaluation")

        let result = learner.step(x, try example.labels())
        expectAgreement(result.logits, try example.tensor("logits"), "logits")
        expectAgreement(result.loss, try example.tensor("loss"), "loss")
        for slot in result.gradients.slots {
            expectAgreement(
                result.gradients[slot], try example.tensor("gradient/\(slot.name)"),
                "gradient of \(slot.name)",
                rounding: 4 * Double(try example.tensor("rounding/\(slot.name)").scalar))
        }
        try learner.expectState("stepped", in: example, tolerance: 1e-4)
    }

    /// Ten steps of a ResNet-8: rounding grows from step to step, the learning must not differ.
    @Test func resNet8LearnsAlike() throws {
        let first = try ReferenceCase.one(in: "resnet8", "resnet8")
        let run = try ReferenceCase.one(in: "resnet8", "run")
        var learner = try self.learner(first, model: "resnet8")
        _ = learner.step(try first.tensor("input"), try first.labels())
        let (inputs, labels) = (try run.tensor("inputs"), try run.labels())
        let losses = (0..<inputs.shape[0]).map { step in
            let batch = inputs.rows(step..<step + 1).reshaped(Array(inputs.shape.dropFirst()))
            let count = batch.shape[0]
            return learner.step(batch, Array(labels[step * count..<(step + 1) * count]))
                .loss.scalar
        }
        expectAgreement(
            Tensor(shape: [losses.count], values: losses), try run.tensor("losses"), "losses",
            tolerance: 1e-3)
        try learner.expectState("final", in: run, tolerance: 1e-3)
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

    private func learner(_ example: ReferenceCase, model name: String) throws -> ReferenceLearner {
        try ReferenceLearner(
            Model(
                Self.network(name), input: Array(try example.tensor("input").shape.dropFirst()),
                classes: example.option("classes", 0)), example)
    }

    /// The model of a case; one that ends in `-padded` reads 0 as padding.
    private static func network(_ name: String) throws -> any Architecture {
        let parts = name.split(separator: /-(?=padded$|imagenet$|small$|rotary$)/).map(String.init)
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
        case "gpt":
            map(["dimension": "8", "layers": "2", "heads": "2", "hidden": "12", "tokens": "5"])
        case "gpt-rotary":
            map([
                "dimension": "8", "layers": "2", "heads": "2", "tokens": "11",
                "positions": "rotary", "tied": "false",
            ])
        case "text-cnn", "text-cnn-padded":
            map(["dimension": [6], "filters": [5], "tokens": [11]])
        case "searched":
            map(["blocks": ["4/2 mb3k3 conv3", "6 mb3k5 mb3k3", "6/2 sep5 skip", "8 skip"]])
        default: nil
        }
    }
}
