import Bytes
import Foundation
import NeuralNetwork
import Reporting

/// The weights of a learner as a file of safetensors.
public struct WeightsFile {
    /// The file, or the run directory.
    public let path: String

    /// Finds them.
    ///
    /// - Parameters:
    ///   - path: a file, or a run directory, whose newest weights of that learner are meant.
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
        let learner = RunDirectory(path: path).learner(name)
        guard let checkpoint = learner.latestCheckpoint else {
            throw DiskError(
                "read", learner.checkpoints, "there are no weights of '\(name)'",
                exitCode: .missingFile)
        }
        self.path = checkpoint.model
    }

    /// The parameters and statistics of a model.
    ///
    /// - Throws: ``SafeTensorsError``, which names the file, unless it holds exactly the model's
    ///   tensors.
    public func state(
        of model: Model
    ) throws -> (parameters: Parameters, buffers: Buffers) {
        let file = try SafeTensorsFile(contentsOf: URL(fileURLWithPath: path))
        do {
            return try file.state(of: model)
        } catch {
            throw SafeTensorsError(error.message, file: path)
        }
    }
}
