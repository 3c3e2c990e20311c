import Bytes
import Foundation
import NeuralNetwork
import Reporting

/// The checkpoints of one learner on its disk.
public struct CheckpointStore: Sendable {
    private let directory: LearnerDirectory
    private let owner: CheckpointOwner
    private let assembly: LearnerAssembly
    private let kept: Int

    /// - Parameters:
    ///   - kept: how many are kept, at least 1.
    public init(
        _ directory: LearnerDirectory, of owner: CheckpointOwner, _ assembly: LearnerAssembly,
        keep kept: Int
    ) {
        precondition(kept >= 1)
        self.directory = directory
        self.owner = owner
        self.assembly = assembly
        self.kept = kept
    }

    /// What was found on the disk.
    public struct Found: Sendable {
        /// nil where there is none that can be used.
        public var progress: LearnerProgress?
        /// The fewest steps of those that are kept: what came before is never asked for again.
        public var oldest: Int
        /// What is wrong with newer ones, in words.
        public var damaged: [String]
    }

    /// Writes one down for good, reads it again, and only then removes those that are too old.
    ///
    /// - Returns: the fewest steps of those that are kept.
    /// - Throws: ``Divergence`` (70) where a number is not finite, and ``DiskError`` (74) where the
    ///   disk fails. The older checkpoints are there still.
    public func save(_ progress: LearnerProgress) throws -> Int {
        try progress.checkFinite(of: assembly)
        let target = directory.checkpoint(afterStep: progress.state.step)
        var weights = progress.state.weights
        weights.metadata.merge(assembly.data.normalization.metadata) { own, _ in own }
        let files = (
            model: weights.encoded(),
            state: try progress.state.memory(of: assembly.layout).encoded()
        )
        let manifest = CheckpointManifest(
            progress, of: owner, epochs: assembly.data.clock.epoch(after: progress.state.step),
            files)
        try target.commit(model: files.model, state: files.state, manifest: manifest.encoded())
        do { _ = try load(target) } catch {
            throw DiskError("write", target.path, "it reads back otherwise: \(error)")
        }
        try removeAbandoned()
        let all = directory.committedCheckpoints
        for old in all.dropLast(kept) { try old.directory.remove() }
        return all.suffix(kept).first?.step ?? progress.state.step
    }

    /// The newest that is sound.
    ///
    /// - Throws: ``CheckpointMismatch`` where one is of another learner, run or configuration.
    public func newest() throws -> Found {
        try removeAbandoned()
        var found = Found(progress: nil, oldest: 0, damaged: [])
        let all = directory.committedCheckpoints
        for (_, checkpoint) in all.reversed() {
            do {
                found.progress = try load(checkpoint)
                found.oldest = all[0].step
                break
            } catch let mismatch as CheckpointMismatch {
                throw mismatch
            } catch {
                found.damaged.append("checkpoint \(checkpoint.name) is damaged (\(error))")
            }
        }
        return found
    }

    private func removeAbandoned() throws {
        for checkpoint in directory.abandonedCheckpoints { try checkpoint.remove() }
    }

    private func load(_ checkpoint: CheckpointDirectory) throws -> LearnerProgress {
        func read(_ path: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: path))
        }
        let manifest = try CheckpointManifest(decoding: try read(checkpoint.manifest))
        guard manifest.owner == owner else {
            throw CheckpointMismatch(checkpoint.path, is: manifest.owner, expected: owner)
        }
        let files = (
            model: [UInt8](try read(checkpoint.model)), state: [UInt8](try read(checkpoint.state))
        )
        try manifest.check(files)
        var progress = LearnerProgress(assembly.initialState)
        try progress.state.restore(
            weights: try SafeTensorsFile(decoding: files.model),
            memory: try SafeTensorsFile(decoding: files.state), of: assembly.layout,
            step: manifest.step)
        progress.evaluation = manifest.evaluation
        progress.best = manifest.best
        progress.ensembleAccuracy = manifest.ensembleAccuracy
        progress.epoch = manifest.meter
        progress.tasks = manifest.tasks
        progress.exchange = manifest.exchange
        return progress
    }
}

/// A checkpoint of something else than is to be resumed.
public struct CheckpointMismatch: Error, CustomStringConvertible {
    /// What differs, and what to do.
    public let description: String

    init(_ path: String, is found: CheckpointOwner, expected: CheckpointOwner) {
        let differences = [
            ("run", found.run, expected.run), ("learner", found.learner, expected.learner),
            ("stage", "\(found.stage)", "\(expected.stage)"),
            ("configuration", found.configuration, expected.configuration),
        ].filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1), not \($0.2)" }
        description =
            "\(path) is of \(differences.joined(separator: ", ")): resume with what it was made"
            + " by, or take another directory"
    }
}
