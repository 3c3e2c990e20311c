import Bytes
import Datasets
import Foundation
import Interchange
import NeuralNetwork
import Options
import Reporting
import Training

/// A learner of a run, for programs other than this one: its newest weights, and what they expect
/// as inputs.
public struct ModelExport {
    private let name: String
    private let model: Model
    private let parameters: Parameters
    private let buffers: Buffers
    /// Nil for a model of tokens.
    private let normalization: Normalization?
    private let description: ModelDescription

    /// Loads a learner.
    ///
    /// - Parameter kept: which of its weights are meant.
    /// - Throws: ``SettingError`` for an unknown learner, one without a model or without such
    ///   weights, ``DiskError`` (66) where it has no weights yet, ``SafeTensorsError`` for damaged
    ///   ones.
    public init(_ reference: LearnerReference, kept: KeptWeights = .newest) throws {
        let configuration = try ExperimentConfiguration.load(
            reference.run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let options = try assembler.learner(reference.learner)
        try options.requireClassifier()
        guard let model = try assembler.model(of: options) else {
            throw SettingError(
                "learner '\(reference.learner)' is external, and its model is not known here")
        }
        let trained = try TrainedWeights(
            of: options, in: reference.run,
            version: configuration.version(of: options.name, kept))
        let loaded = try WeightsFile(trained.path, of: options.name).weights(
            of: model, prefix: trained.prefix)
        if let lack = loaded.lackOfScales(in: model, of: options.name) {
            throw SettingError("\(trained.path): \(lack)")
        }
        (parameters, buffers) = (loaded.parameters, loaded.buffers)
        self.model = model
        name = reference.learner
        normalization =
            model.vocabulary == nil ? try assembler.samples.normalization(of: options) : nil
        description = ModelDescription(
            of: model, options.model ?? NamedOptions(name: ""),
            contents: try assembler.samples.corpus.view(options.view).contents,
            normalization: normalization,
            origin: [
                "run": configuration.name, "learner": name, "data": assembler.samples.corpus.name,
            ], step: trained.step, quantize: options.quantize,
            borrowed: options.borrowed.flatMap { parts in
                configuration[parts.part.lender]?.model.map { (parts, $0) }
            })
    }

    /// Writes an ONNX file.
    ///
    /// - Parameters:
    ///   - output: which of the model's classifiers answers.
    ///   - isSoftmax: whether it gives probabilities in place of logits.
    ///   - isScaled: whether it takes pixels as they are stored, and normalizes them itself.
    /// - Returns: the bytes of the file.
    /// - Throws: ``ExportError`` for a model that ONNX cannot hold, ``DiskError``, and
    ///   ``SettingError`` where tokens are to be normalized or the model has no such output.
    public func writeONNX(
        to path: String, output: ModelOutput, isSoftmax: Bool, isScaled: Bool
    ) throws -> Int {
        try model.require(output, of: name)
        var scaling: ONNXFile.Scaling?
        if isScaled {
            guard let normalization else {
                throw SettingError("'\(name)' reads tokens, which are not normalized")
            }
            scaling = ONNXFile.Scaling(
                divisor: normalization.divisor, mean: normalization.mean, std: normalization.std)
        }
        let file = try ONNXFile(
            model, parameters: parameters, buffers: buffers, name: name, output: output,
            isSoftmax: isSoftmax, scaling: scaling,
            metadata: try description.metadata(of: output, isScaled: isScaled))
        try Files.replace(path, with: Data(file.bytes))
        return file.bytes.count
    }

    /// How large a file of the same model of floats is beside one of integers, for people; nil for
    /// a model of floats.
    public var savingInWords: String? {
        model.fileSizes?.inWords
    }

    /// Writes a folder with `model.safetensors`, under PyTorch's names, `config.json`, and of a
    /// model that reads texts `tokens.txt`: one on each line, by its number.
    ///
    /// Of a quantised model also `model.int8.safetensors`, see
    /// `SafeTensorsFile.init(integersOf:_:_:metadata:)`.
    ///
    /// - Returns: the files that hold weights, with their sizes in bytes.
    /// - Throws: ``DiskError``.
    public func writeSafeTensors(to folder: String) throws -> [(path: String, bytes: Int)] {
        try Files.createDirectory(folder)
        var files: [(path: String, bytes: Int)] = []
        func write(_ file: SafeTensorsFile, as name: String) throws {
            let bytes = file.encoded()
            try Files.replace("\(folder)/\(name)", with: Data(bytes))
            files.append(("\(folder)/\(name)", bytes.count))
        }
        let metadata = normalization?.metadata ?? [:]
        try write(
            SafeTensorsFile(parameters, buffers, metadata: metadata), as: "model.safetensors")
        if model.quantization != nil {
            try write(
                SafeTensorsFile(integersOf: model, parameters, buffers, metadata: metadata),
                as: "model.int8.safetensors")
        }
        try Files.replace("\(folder)/config.json", with: try description.json())
        if let tokens = description.tokens {
            let lines = tokens.map { "\($0)\n" }.joined()
            try Files.replace("\(folder)/tokens.txt", with: Data(lines.utf8))
        }
        return files
    }
}
