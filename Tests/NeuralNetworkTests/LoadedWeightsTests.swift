import Bytes
import NeuralNetwork
import Options
import Testing

/// Weights as other programs write them.
struct LoadedWeightsTests {
    private func model(_ name: String = "resnet8", classes: Int = 10) throws -> Model {
        try Model(Models.make(name), input: [3, 8, 8], classes: classes)
    }

    private func file(_ model: Model) -> SafeTensorsFile {
        SafeTensorsFile(
            model.initialParameters(key: RandomKey(seed: 1)), model.initialBuffers)
    }

    private func refusal(
        of model: Model, _ file: SafeTensorsFile, prefix: String? = nil
    ) -> String {
        #expect(throws: SafeTensorsError.self) { try file.weights(of: model, prefix: prefix) }?
            .message ?? ""
    }

    /// The file with every name changed.
    private func renamed(
        _ file: SafeTensorsFile, _ change: (String) -> String
    ) -> SafeTensorsFile {
        SafeTensorsFile(
            tensors: Dictionary(
                uniqueKeysWithValues: file.tensors.map { (change($0.key), $0.value) }))
    }

    @Test func ownFilesAreTakenToTheBit() throws {
        let model = try model()
        let loaded = try file(model).weights(of: model)
        #expect(loaded.remarks.isEmpty)
        #expect(
            loaded.parameters.flat.values
                == model.initialParameters(key: RandomKey(seed: 1)).flat.values)
        #expect(loaded.buffers.layers == model.initialBuffers.layers)
    }

    /// 1/3 in each type, by hand.
    @Test(arguments: [
        (SafeTensor.DType.f16, [0x55, 0x35] as [UInt8], Float(0.333_251_95), "widened"),
        (.bf16, [0xAB, 0x3E], 0.333_984_38, "widened"),
        (.f64, [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5, 0x3F], 0.333_333_34, "rounded"),
    ])
    func floatsOfOtherSizesAreConverted(
        type: SafeTensor.DType, bytes: [UInt8], value: Float, verb: String
    ) throws {
        let model = try model()
        var file = file(model)
        file.tensors["fc.bias"] = SafeTensor(
            type, shape: [10], bytes: Array(repeatElement(bytes, count: 10).joined()))
        let loaded = try file.weights(of: model)
        let slot = try #require(model.slots.first { $0.name == "fc.bias" })
        #expect(loaded.parameters[slot].values == Array(repeating: value, count: 10))
        #expect(loaded.remarks == ["1 tensor of \(type.rawValue) \(verb) to F32"])
    }

    @Test func smallHalvesKeepTheirValue() throws {
        let model = try model()
        var file = file(model)
        // The smallest subnormal, the largest number, and minus zero.
        let halves: [UInt8] = [0x01, 0x00, 0xFF, 0x7B, 0x00, 0x80]
        file.tensors["fc.bias"] = SafeTensor(
            .f16, shape: [10], bytes: halves + [UInt8](repeating: 0, count: 14))
        let slot = try #require(model.slots.first { $0.name == "fc.bias" })
        let values = try file.weights(of: model).parameters[slot].values
        #expect(values[0] == 0x1p-24 && values[1] == 65504 && values[2].sign == .minus)
    }

    @Test(arguments: [
        (SafeTensor.DType.f8E4M3, "scales stand elsewhere"), (.f8E5M2, "scales stand elsewhere"),
        (.i8, "whole numbers"), (.bool, "truth values"),
    ])
    func typesThatHoldNoWeightsAreRefused(type: SafeTensor.DType, reason: String) throws {
        let model = try model()
        var file = file(model)
        file.tensors["fc.bias"] = SafeTensor(
            type, shape: [10], bytes: [UInt8](repeating: 0, count: 10))
        let message = refusal(of: model, file)
        #expect(message.contains("'fc.bias' is \(type.rawValue)") && message.contains(reason))
    }

    @Test(arguments: ["module.", "_orig_mod.", "model.", "_orig_mod.module.", "a.b.c."])
    func aPrefixOfAllNamesIsTakenOff(prefix: String) throws {
        let model = try model()
        let loaded = try renamed(file(model)) { prefix + $0 }.weights(of: model)
        #expect(loaded.remarks == ["all names begin with '\(prefix)', which is taken off"])
    }

    @Test func oneOfSeveralPrefixesIsChosen() throws {
        let model = try model()
        var both = renamed(file(model)) { "student." + $0 }
        both.tensors.merge(renamed(file(model)) { "teacher." + $0 }.tensors) { $1 }
        let message = refusal(of: model, both)
        #expect(message.contains("'student.' (") && message.contains("'teacher.' ("))
        #expect(message.contains("weights: {file: …, prefix: student.}"))
        let loaded = try both.weights(of: model, prefix: "teacher.")
        #expect(loaded.remarks[0].contains("tensors without 'teacher.' are left out"))
        #expect(refusal(of: model, both, prefix: "techer.").contains("no name begins with"))
    }

    @Test func everyMismatchIsListed() throws {
        let model = try model()
        var file = file(model)
        file.tensors["bn1.scale"] = file.tensors.removeValue(forKey: "bn1.weight")
        file.tensors["layer1.0.conv1.weight"] = nil
        file.tensors["step"] = SafeTensor(int64s: [3], shape: [])
        file.tensors["fc.bias"] = SafeTensor(floats: [1], shape: [1])
        let message = refusal(of: model, file)
        #expect(message.contains("it lacks 'bn1.weight' [16]; nearest: 'bn1.scale' [16]"))
        #expect(message.contains("it lacks 'layer1.0.conv1.weight' [16, 16, 3, 3]"))
        #expect(message.contains("it holds 'bn1.scale' [16], which the model does not have"))
        #expect(message.contains("it holds 'step' []"))
        #expect(message.contains("'fc.bias' has the shape [1], the model's has [10]"))
    }

    @Test func transposedWeightsAreNamed() throws {
        let model = try model()
        var file = file(model)
        let size = 10 * 64
        file.tensors["fc.weight"] = SafeTensor(
            floats: Array(repeating: 0, count: size), shape: [64, 10])
        file.tensors["conv1.weight"] = SafeTensor(
            floats: Array(repeating: 0, count: 432), shape: [3, 3, 3, 16])
        let message = refusal(of: model, file)
        #expect(message.contains("[10, 64]: it is transposed"))
        #expect(message.contains("[16, 3, 3, 3]: its axes are height, width, in, out"))
    }

    @Test func aHeadOfOtherClassesIsNamed() throws {
        let message = refusal(of: try model(classes: 7), file(try model(classes: 100)))
        #expect(message.contains("its head is of 100 classes, and the data have 7"))
    }

    @Test func longListsAreCut() throws {
        let message = refusal(of: try model("resnet20"), SafeTensorsFile())
        #expect(message.contains("… and ") && message.split(separator: "\n").count < 50)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func numbersThatAreNoneAreRefused(value: Float) throws {
        let model = try model()
        var file = file(model)
        var floats = [Float](repeating: 0, count: 10)
        floats[3] = value
        file.tensors["fc.bias"] = SafeTensor(floats: floats, shape: [10])
        #expect(refusal(of: model, file).contains("'fc.bias' holds \(value) at element 3 of 10"))
    }

    @Test func doublesThatDoNotFitAreRefused() throws {
        let model = try model()
        var file = file(model)
        file.tensors["fc.bias"] = SafeTensor(
            doubles: [1e300] + Array(repeating: 0, count: 9), shape: [10])
        #expect(refusal(of: model, file).contains("'fc.bias' holds a number too large for F32"))
    }

    @Test func aNegativeVarianceIsRefused() throws {
        let model = try model()
        var file = file(model)
        file.tensors["bn1.running_var"] = SafeTensor(
            floats: [-1] + Array(repeating: 1, count: 15), shape: [16])
        #expect(refusal(of: model, file).contains("'bn1.running_var' holds -1.0 at element 0"))
    }

    /// PyTorch counts in I64; other programs in other types, or not at all.
    @Test func countersOfAnyTypeCount() throws {
        let model = try model()
        var file = file(model)
        file.tensors["bn1.num_batches_tracked"] = SafeTensor(
            .i32, shape: [1], bytes: [0x39, 0x30, 0, 0])
        #expect(try file.weights(of: model).buffers.layers[0].batches == 12345)
        file.tensors["bn1.num_batches_tracked"] = nil
        let loaded = try file.weights(of: model)
        #expect(loaded.buffers.layers[0].batches == 0)
        #expect(loaded.remarks == ["1 num_batches_tracked missing, and taken as 0"])
        file.tensors["bn1.num_batches_tracked"] = SafeTensor(int64s: [-1], shape: [])
        #expect(refusal(of: model, file).contains("is no count"))
    }
}
