import Bytes
import Datasets
import Exchange
import Experiment
import Foundation
import ImageDecoding
import Launching
import NeuralNetwork
import Training

/// Everything that reads bytes which somebody else made. Each may refuse any input, and must
/// neither crash nor take memory for what an input only claims.
enum Decoder: String, CaseIterable {
    /// Messages, among them the greetings and rosters of joining; also those with a wrong checksum.
    case wire
    /// A segment of a journal.
    case journal
    case safetensors
    /// What a checkpoint vouches for; also with a wrong checksum.
    case manifest
    /// What a checkpoint keeps beside the weights.
    case state
    /// Configurations and overrides.
    case configuration
    case idx
    /// Arrays in NumPy's format.
    case npy
    /// Archives, every member of which is inflated.
    case zip
    /// PNG and JPEG images.
    case image
    /// Delimited text.
    case table
    /// Texts in JSON lines, and what tokenizers make of any text.
    case texts
    case gzip
    /// Certificates of keys.
    case certificate
    case hostfile

    /// The model whose weights a file of safetensors may hold: that of the first inputs.
    private static let model: Model = {
        guard let model = try? Model(Models.make("resnet8"), input: [1, 8, 8], classes: 10) else {
            preconditionFailure("the model is one of the registry's")
        }
        return model
    }()

    /// - Precondition (checked): what was read is written and read back the same.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .wire: runWire(bytes)
        case .journal: JournalInput.run(bytes)
        case .safetensors:
            guard let file = try? SafeTensorsFile(decoding: bytes) else {
                _ = ForeignFormat(bytes)?.message(path: "fuzz")
                return
            }
            for prefix in [nil, "", "module."] {
                _ = try? file.weights(of: Self.model, prefix: prefix)
            }
            let again = try? SafeTensorsFile(decoding: file.encoded())
            precondition(again?.tensors.keys == file.tensors.keys, "it does not read back")
        case .manifest: runManifest(Data(bytes))
        case .state: CheckpointInput.run(bytes)
        case .configuration: runConfiguration(String(decoding: bytes, as: UTF8.self))
        case .npy: _ = try? NPYArray(bytes, path: "fuzz")
        case .zip:
            guard let zip = try? Zip(bytes) else { return }
            for name in zip.names {
                let contents = try? zip.contents(of: name, limit: 1 << 20)
                precondition((contents?.count ?? 0) <= 1 << 20, "it is larger than allowed")
            }
        case .image: _ = try? DecodedImage(bytes, mostPixels: 1 << 16)
        case .table: _ = try? DelimitedText.records(bytes, delimiter: 0x2C, path: "fuzz")
        case .texts: runTexts(bytes)
        case .idx: _ = try? IDXArray(bytes, path: "fuzz")
        case .gzip:
            let inflated = try? Gzip.inflate(bytes, limit: 1 << 20)
            precondition((inflated?.count ?? 0) <= 1 << 20, "it is larger than allowed")
        case .certificate:
            let text = String(decoding: bytes, as: UTF8.self)
            guard let certificate = try? Certificate(text: text) else { return }
            let again = try? Certificate(text: certificate.publicText)
            precondition(again?.publicKey == certificate.publicKey, "it does not read back")
        case .hostfile: runHostfile(bytes)
        }
    }

    private func runWire(_ bytes: [UInt8]) {
        let frames = Frames.split(bytes)
        _ = try? WireCodec.decode(frames, limit: 1 << 20)
        guard let message = try? WireCodec.decode(Frames.sealed(frames), limit: 1 << 20) else {
            return
        }
        if case .knowledge(let tensors) = message.content {
            _ = KnowledgeCheck(classes: 10).objection(to: tensors)
        }
        let again = try? WireCodec.decode(WireCodec.encode(message), limit: 1 << 20)
        precondition(again == message, "it does not read back")
    }

    private func runTexts(_ bytes: [UInt8]) {
        let found = try? JSONLines.texts(of: bytes, path: "fuzz", text: "t", label: "y")
        let texts = (found?.entries.map(\.text) ?? []) + [String(decoding: bytes, as: UTF8.self)]
        for name in Tokenizers.registry.names {
            guard let tokenizer = try? Tokenizers.registry.make(name),
                var encoder = try? tokenizer.encoder(learningFrom: texts)
            else { continue }
            for text in texts {
                let tokens = encoder.cut(encoder.encode(text), to: 8)
                let count = encoder.tokens.texts.count
                precondition(tokens.count <= 8 && tokens.allSatisfy { (0..<count).contains($0) })
                _ = encoder.tokens.text(of: tokens)
            }
        }
    }

    private func runManifest(_ bytes: Data) {
        _ = try? CheckpointManifest(decoding: bytes)
        guard
            let read = try? CheckpointManifest.decoder.decode(
                CheckpointManifest.self, from: bytes),
            read.format == CheckpointManifest.format
        else { return }
        let again = try? CheckpointManifest(decoding: read.encoded())
        precondition(again?.encoded() == read.encoded(), "it does not read back")
    }

    private func runConfiguration(_ text: String) {
        guard
            let read = try? ExperimentConfiguration(
                text: text, file: "fuzz", name: "fuzz", registries: .all)
        else { return }
        let again = try? ExperimentConfiguration(
            text: read.resolvedYAML(), file: "resolved", name: "fuzz", registries: .all)
        precondition(again == read, "it does not read back")
    }

    private func runHostfile(_ bytes: [UInt8]) {
        guard let hosts = try? Hostfile(bytes: bytes, file: "fuzz").hosts else { return }
        precondition(hosts.count <= Hostfile.mostHosts, "there are more than allowed")
        let text = hosts.map { "\($0)\n" }.joined()
        let again = try? Hostfile(bytes: Array(text.utf8), file: "again").hosts
        precondition(
            again?.map(\.name) == hosts.map(\.name) || text.utf8.count > Hostfile.mostBytes,
            "it does not read back")
        precondition(!hosts.contains { "\($0)".hasPrefix("-") }, "ssh would take it for an option")
    }
}
