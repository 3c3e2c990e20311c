import Bytes
import NeuralNetwork
import Options

/// A model, initial weights and one random batch: what every benchmark of a training step begins
/// with.
public struct BenchmarkProblem: Sendable {
    /// The model's name in the registry.
    public let name: String
    /// The model's options, a map; nil for its defaults.
    let options: Setting?
    /// The model, without its weights.
    public let model: Model
    /// N×C×H×W.
    public let inputs: Tensor
    /// A label for each row of logits.
    public let labels: [Int]

    /// - Parameters:
    ///   - input: C×H×W; nil for ``usualInput(of:)``.
    ///   - options: the model's, a map.
    /// - Throws: ``SettingError`` for a model that cannot be made.
    public init(
        _ name: String, options: Setting? = nil, input: [Int]? = nil, classes: Int = 10, batch: Int
    ) throws(SettingError) {
        let made = try Models.make(name, options: options)
        (self.name, self.options) = (name, options)
        model = try Model(
            made.answersEveryPosition ? made.reading(Vocabulary(count: classes)) : made,
            input: input ?? Self.usualInput(of: name), classes: classes)
        inputs = Self.inputs(batch, of: model)
        labels = (0..<batch * model.rowsPerSample).map {
            Self.key.child("labels").integer(below: classes, at: $0)
        }
    }

    /// The C×H×W of the data that a model is usually trained on: 28×28 and 32×32 grey or coloured
    /// pixels, 64 tokens of a text to classify and 128 of one to continue.
    public static func usualInput(of name: String) -> [Int] {
        switch name {
        case "mlp", "lenet", "plain-cnn": [1, 28, 28]
        case "resnet8": [1, 32, 32]
        case "transformer", "text-cnn": [1, 1, 64]
        case "gpt": [1, 1, 128]
        default: [3, 32, 32]
        }
    }

    /// Reads a shape such as `3x32x32`.
    ///
    /// - Returns: C×H×W; nil for other text.
    public static func inputShape(_ text: String) -> [Int]? {
        let words = text.split(separator: "x", omittingEmptySubsequences: false)
        let extents = words.compactMap { Int($0) }
        guard words.count == 3, extents.count == 3, extents.allSatisfy({ $0 >= 1 }) else {
            return nil
        }
        return extents
    }

    /// The number of samples in the batch.
    public var batch: Int { inputs.shape[0] }

    /// The weights before the first step.
    public var initialParameters: Parameters {
        model.initialParameters(key: Self.key.child("weights"))
    }

    static let key = RandomKey(seed: 1)

    private static func inputs(_ count: Int, of model: Model) -> Tensor {
        let (shape, key) = ([count] + model.input, key.child("inputs"))
        let values = (0..<shape.reduce(1, *)).map { place in
            model.vocabulary.map { Float(key.integer(below: $0.count, at: place)) }
                ?? key.normal(at: place)
        }
        return Tensor(shape: shape, values: values)
    }
}

extension BenchmarkProblem {
    /// What another program needs to take the same steps: `model.safetensors`, the weights as
    /// PyTorch's `load_state_dict` takes them, and `batch.safetensors` with `input`, `labels` and
    /// the `losses` of the first steps.
    public func files(steps: Int) -> [String: SafeTensorsFile] {
        var trainee = Trainee(self)
        let weights = SafeTensorsFile(initialParameters, model.initialBuffers)
        let losses = (0..<steps).map { _ in trainee.step() }
        let batch = SafeTensorsFile(tensors: [
            "input": SafeTensor(inputs),
            "labels": SafeTensor(int64s: labels.map(Int64.init), shape: [labels.count]),
            "losses": SafeTensor(floats: losses, shape: [steps]),
        ])
        return ["model.safetensors": weights, "batch.safetensors": batch]
    }
}
