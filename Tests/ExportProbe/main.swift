// Writes every model that the registry knows as ONNX, with inputs and the logits that this program
// computes of them, for `scripts/test-export.sh` to compare with another program's.
import Bytes
import Foundation
import Interchange
import NeuralNetwork
import Options

/// A model of random weights whose running moments have seen a batch.
struct Subject {
    let name: String
    let model: Model
    private(set) var parameters: Parameters
    let buffers: Buffers

    init(
        _ name: String, _ architecture: any Architecture, input: [Int],
        quantization: Quantization? = nil
    ) throws {
        self.name = ([name] + input.map(String.init)).joined(separator: "-")
        model = try Model(architecture, input: input, classes: 7, quantization: quantization)
        parameters = model.initialParameters(key: RandomKey(seed: 1))
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers,
            key: RandomKey(seed: 2))
        _ = model.network(Variable(Self.batch(8, of: model)), pass)
        buffers = pass.buffers
        for (number, value) in pass.started { parameters[parameters.slots[number]] = value }
    }

    /// Random images, or random tokens; of those with padding each sample ends elsewhere.
    static func batch(_ count: Int, of model: Model) -> Tensor {
        let key = RandomKey(seed: 3)
        let shape = [count] + model.input
        return Tensor(
            shape: shape,
            values: (0..<shape.reduce(1, *)).map { place in
                guard let vocabulary = model.vocabulary else { return key.normal(at: place) }
                let length = model.input.reduce(1, *)
                let (sample, position) = place.quotientAndRemainder(dividingBy: length)
                if let padding = vocabulary.padding, position >= (sample * 5 + 7) % (length + 1) {
                    return Float(padding)
                }
                return Float(key.integer(below: vocabulary.count, at: place))
            })
    }

    /// Writes the file of an output, and what it computes of two batches.
    func write(_ output: ModelOutput = .last, to folder: String) throws {
        let name = [name, output.name].compactMap(\.self).joined(separator: "-")
        let file = try ONNXFile(
            model, parameters: parameters, buffers: buffers, name: name,
            output: output, metadata: ["name": name])
        try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).onnx"))
        for count in [1, 5] {
            let x = Self.batch(count, of: model)
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 4))
            let logits = model.logits(of: output, Variable(x), pass)
            try SafeTensorsFile(tensors: [
                "input": SafeTensor(floats: x.values, shape: x.shape),
                "logits": SafeTensor(floats: logits.value.values, shape: logits.shape),
            ]).write(to: URL(fileURLWithPath: "\(folder)/\(name)-\(count).safetensors"))
        }
    }
}

/// Names of ImageNet's nets, which are written narrower than they are.
let wide = ["resnet18", "resnet34", "resnet50", "resnet101"]

let folder = CommandLine.arguments[1]
for name in Models.registry.names where !wide.contains(name) {
    for input in [[1, 8, 8], [3, 16, 16]] {
        let made = try Models.make(name)
        let network = made.answersEveryPosition ? made.reading(Vocabulary(count: 7)) : made
        try Subject(name, network, input: input).write(to: folder)
    }
}
for name in wide {
    let depth = Int(name.dropFirst("resnet".count)) ?? 0
    for stem in Stem.allCases {
        let network = ResNet(depth: depth, width: 8, stem: stem)
        try Subject("\(name)-\(stem.rawValue)", network, input: [3, 37, 42]).write(to: folder)
    }
}
for (name, network) in [
    ("resnet8-imagenet", ResNet(depth: 8, stem: .imagenet) as any Architecture),
    ("shufflenet-imagenet", ShuffleNet(stem: .imagenet)),
] {
    try Subject(name, network, input: [3, 37, 42]).write(to: folder)
}
for name in ["transformer", "text-cnn"] {
    for padding in [0, 3] {
        let vocabulary = Vocabulary(count: 5, padding: padding)
        let padded = try Models.make(name).reading(vocabulary)
        try Subject("\(name)-padding-\(padding)", padded, input: [1, 1, 12]).write(to: folder)
    }
}
for method in QuantizationMethods.registry.names {
    for bits in [4, 7] {
        let quantization = Quantization(
            weights: bits, activations: bits + 1,
            method: try QuantizationMethods.registry.make(method))
        // At finer levels most samples of a transformer have a number beside a boundary somewhere.
        for name in ["mlp", "plain-cnn", "resnet8", "mobilenet", "shufflenet", "transformer"]
        where bits == 4 || name != "transformer" {
            try Subject(
                "quantized-\(method)-\(bits)-\(name)", try Models.make(name), input: [1, 8, 8],
                quantization: quantization
            ).write(to: folder)
        }
    }
}
for activation in Activation.allCases {
    let network = MLP(hidden: [16], activation: activation)
    try Subject("mlp-\(activation.rawValue)", network, input: [1, 2, 3]).write(to: folder)
}
for (key, value) in [("exits", "true"), ("branches", "3")] {
    for name in Models.registry.names where !wide.contains(name) {
        guard Models.registry.options(of: name).contains(where: { $0.key == key }) else { continue }
        let position = SourcePosition(file: key, line: 1)
        let option = Setting.Entry(
            key: key, position: position,
            value: Setting(.scalar(value, isQuoted: false), at: position))
        let network = try Models.make(name, options: Setting(.map([option]), at: position))
        let subject = try Subject("\(name)-\(key)", network, input: [3, 16, 16])
        for output in [.last, .exit(1), .mean] as [ModelOutput] {
            try subject.write(output, to: folder)
        }
    }
}
