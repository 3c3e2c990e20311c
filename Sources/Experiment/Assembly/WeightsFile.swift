import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Reporting
import Training

/// The weights of a learner as a file of safetensors.
public struct WeightsFile {
    /// The file, or the run directory.
    public let path: String

    /// Finds them.
    ///
    /// - Parameters:
    ///   - path: a file; a checkpoint's folder; a learner's folder or its folder of checkpoints,
    ///     whose newest weights are meant; or a run directory, in which those of that learner are.
    ///   - name: of the learner.
    /// - Throws: ``DiskError`` (66) where there are none.
    public init(_ path: String, of name: String) throws(DiskError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw DiskError(
                "read", path,
                "learner '\(name)' takes its weights from it, and there is no such file",
                exitCode: .missingFile)
        }
        guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil else {
            self.path = path
            return
        }
        if let model = Self.model(in: path) {
            self.path = model
            return
        }
        let learner = RunDirectory(path: path).learner(name)
        guard let checkpoint = learner.latestCheckpoint else {
            throw DiskError(
                "read", learner.checkpoints, "there are no weights of '\(name)'",
                exitCode: .missingFile)
        }
        self.path = checkpoint.model
    }

    /// The weights in a folder that is a checkpoint, or holds checkpoints of one learner.
    private static func model(in folder: String) -> String? {
        let own = "\(folder)/model.safetensors"
        if FileManager.default.fileExists(atPath: own) { return own }
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        let learner = url.lastPathComponent == "checkpoints" ? url.deletingLastPathComponent() : url
        return LearnerDirectory(path: learner.path).latestCheckpoint?.model
    }

    /// The weights of a model.
    ///
    /// - Parameter prefix: what the names of its tensors begin with in the file; nil finds out what
    ///   all names begin with.
    /// - Throws: ``SafeTensorsError``, which names the file and all that does not fit; where it is
    ///   of another format, also how it is converted. ``DiskError`` where it cannot be read.
    public func weights(of model: Model, prefix: String? = nil) throws -> LoadedWeights {
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            throw DiskError("read", path, error)
        }
        do throws(SafeTensorsError) {
            return try decoded(bytes).weights(of: model, prefix: prefix)
        } catch {
            throw SafeTensorsError(error.message + (partRemark ?? ""), file: path)
        }
    }

    /// What the file's name tells of a part of weights.
    private var partRemark: String? {
        guard let part = path.firstMatch(of: /-(\d+)-of-(\d+)\.safetensors$/),
            let number = Int(part.1), let count = Int(part.2), count > 1
        else { return nil }
        return "\n  it is part \(number) of \(count): name the index of the parts, a file that ends"
            + " in .index.json, to see how they are joined"
    }

    private func decoded(_ bytes: [UInt8]) throws(SafeTensorsError) -> SafeTensorsFile {
        do {
            return try SafeTensorsFile(decoding: bytes)
        } catch {
            guard let format = ForeignFormat(bytes) else { throw error }
            throw SafeTensorsError(format.message(path: path))
        }
    }
}

extension LoadedWeights {
    /// What is wrong with using them where pixels are normalized otherwise than those that they
    /// were trained on; nil where nothing is known to be.
    func objection(to used: Normalization, of learner: String) -> String? {
        guard let own = Normalization(metadata: metadata), !own.isAlike(used) else { return nil }
        return "its weights were trained on pixels normalized by \(own), and '\(learner)'"
            + " normalizes by \(used); set learners.\(learner).data to the data with options"
            + " mean and deviation of the weights"
    }
}
