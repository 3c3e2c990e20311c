import Bytes
import Interchange
import NeuralNetwork
import Options
import Testing

/// What holds for the ONNX file of every model; `scripts/test-export.sh` compares its outputs.
@Suite(.timeLimit(.minutes(1)))
struct ONNXFileTests {
    private func model(_ name: String) throws -> Model {
        let made = try architecture(name)
        return try Model(
            made.answersEveryPosition ? made.reading(Vocabulary(count: 4)) : made,
            input: [1, 8, 8], classes: 4)
    }

    /// ImageNet's nets narrower than they are.
    private func architecture(_ name: String) throws -> any Architecture {
        var model = try Models.make(name)
        if var net = model as? ResNet, net.width > 16 {
            net.width = 4
            model = net
        }
        return model
    }

    private func file(
        of model: Model, isSoftmax: Bool = false, scaling: ONNXFile.Scaling? = nil
    ) throws -> ONNXFile {
        try ONNXFile(
            model, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, name: "m", isSoftmax: isSoftmax, scaling: scaling,
            metadata: ["b": "2", "a": "1"])
    }

    @Test(arguments: Models.registry.names.filter { !$0.hasPrefix("wrn-28-10") })
    func everyModelCanBeWritten(name: String) throws {
        let model = try model(name)
        let bytes = try file(of: model).bytes
        #expect(bytes.count > 4 * model.parameterCount)
        for slot in model.slots {
            #expect(bytes.firstRange(of: Array(slot.name.utf8)) != nil, "\(slot.name)")
        }
    }

    @Test func whatIsAskedForIsInTheGraph() throws {
        let model = try model("mlp")
        let plain = try file(of: model).bytes
        #expect(plain.firstRange(of: Array("logits".utf8)) != nil)
        #expect(plain.firstRange(of: Array("Softmax".utf8)) == nil)
        #expect(plain.firstRange(of: Array("Div".utf8)) == nil)
        let soft = try file(of: model, isSoftmax: true).bytes
        #expect(soft.firstRange(of: Array("probabilities".utf8)) != nil)
        #expect(soft.firstRange(of: Array("Softmax".utf8)) != nil)
        let scaling = ONNXFile.Scaling(divisor: 255, mean: [0.5], std: [0.25])
        #expect(
            try file(of: model, scaling: scaling).bytes.firstRange(of: Array("Div".utf8)) != nil)
    }

    @Test func theSameModelGivesTheSameBytes() throws {
        let model = try model("resnet8")
        #expect(try file(of: model).bytes == file(of: model).bytes)
    }
}
