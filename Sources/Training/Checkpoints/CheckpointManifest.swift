import Bytes
import Exchange
import Foundation

/// `manifest.json`: what a checkpoint is of, and what its files must be. Its presence commits the
/// checkpoint.
package struct CheckpointManifest: Codable, Equatable {
    package static let format = 2

    /// A file beside the manifest.
    package struct File: Codable, Equatable {
        var size: Int
        /// In hexadecimal.
        var sha256: String

        init(_ bytes: [UInt8]) {
            size = bytes.count
            sha256 = SHA256.hexadecimal(bytes)
        }
    }

    package private(set) var format = Self.format
    var owner: CheckpointOwner
    /// How many steps were done.
    var step: Int
    /// Epochs of the cohort's samples that were done.
    var epochs: Int
    var model: File
    var state: File
    /// What later reports need of the steps before.
    var meter: EpochMeter
    var evaluation: Evaluation?
    /// The evaluation whose weights are kept as the best.
    package var best: BestEvaluation?
    var ensembleAccuracy: Double?
    /// How far the learner has come with its tasks.
    var tasks: TaskProgress?
    /// What the exchange holds of the learner's teachers.
    var exchange: ExchangeState?
    /// The SHA-256 of the manifest without this member.
    var checksum: String?

    /// The file's bytes.
    package func encoded() -> Data {
        var sealed = self
        sealed.checksum = nil
        sealed.checksum = SHA256.hexadecimal([UInt8](sealed.json))
        return sealed.json
    }

    /// - Throws: ``CheckpointDamage`` unless the bytes are exactly those of ``encoded()``.
    package init(decoding bytes: Data) throws(CheckpointDamage) {
        do {
            self = try Self.decoder.decode(Self.self, from: bytes)
        } catch { throw CheckpointDamage("manifest.json cannot be read: \(error)") }
        guard format == Self.format else {
            throw CheckpointDamage("manifest.json has the format \(format), here \(Self.format)")
        }
        guard encoded() == bytes else { throw CheckpointDamage("checksum of manifest.json") }
    }

    package init(
        _ progress: LearnerProgress, of owner: CheckpointOwner, epochs: Int, _ files: Files
    ) {
        self.owner = owner
        step = progress.state.step
        self.epochs = epochs
        model = File(files.model)
        state = File(files.state)
        meter = progress.epoch
        evaluation = progress.evaluation
        best = progress.best
        ensembleAccuracy = progress.ensembleAccuracy
        tasks = progress.tasks
        exchange = progress.exchange
    }

    /// What the manifest vouches for.
    package typealias Files = (model: [UInt8], state: [UInt8])

    /// - Throws: ``CheckpointDamage`` naming the file that is not as it was written.
    func check(_ files: Files) throws(CheckpointDamage) {
        for (name, bytes, file) in [
            ("model.safetensors", files.model, model), ("state.safetensors", files.state, state),
        ] {
            guard bytes.count == file.size else {
                throw CheckpointDamage("size of \(name): \(bytes.count), not \(file.size)")
            }
            guard File(bytes) == file else { throw CheckpointDamage("checksum of \(name)") }
        }
    }

    /// Reads the numbers that JSON has no form for, as ``encoded()`` writes them.
    package static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    private var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a manifest always has a JSON form")
        }
        return data
    }

    enum CodingKeys: String, CodingKey {
        case format, owner, step, epochs, meter, evaluation, best, tasks, exchange, checksum
        case model = "model.safetensors"
        case state = "state.safetensors"
        case ensembleAccuracy = "ensemble_accuracy"
    }
}

/// Whose a checkpoint is.
public struct CheckpointOwner: Codable, Hashable, Sendable {
    /// The identifier of the run.
    public var run: String
    /// The name of the learner.
    public var learner: String
    /// The digest of what the cohort agrees on, in hexadecimal.
    public var configuration: String
    /// The stage of the cohort's training, from 1; 0 for a learner that trains alone.
    public var stage: Int

    /// The owner of a checkpoint.
    public init(run: String, learner: String, configuration: String, stage: Int) {
        self.run = run
        self.learner = learner
        self.configuration = configuration
        self.stage = stage
    }
}

/// Why a checkpoint cannot be used.
package struct CheckpointDamage: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
