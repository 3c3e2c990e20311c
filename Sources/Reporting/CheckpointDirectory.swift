import Bytes
import Foundation

/// The files of one checkpoint. It is valid once its manifest is there.
public struct CheckpointDirectory: Hashable, Sendable {
    /// The folder of the checkpoint.
    public let path: String

    /// The checkpoint in a folder, which need not be there.
    public init(path: String) {
        self.path = path
    }

    /// The weights.
    public var model: String { "\(path)/model.safetensors" }
    /// The optimiser's state and all else that a run needs to go on.
    public var state: String { "\(path)/state.safetensors" }
    /// What the checkpoint is of, and the checksums of its files.
    public var manifest: String { "\(path)/manifest.json" }

    /// The last part of the path, for messages.
    public var name: String { String(path[path.lastIndex(of: "/").map(path.index(after:))!...]) }

    /// Whether it was written to its end.
    public var isCommitted: Bool { FileManager.default.fileExists(atPath: manifest) }

    /// Writes the files to the disk in place of what is there: each whole, and the manifest last.
    ///
    /// - Throws: ``DiskError``; then it is not committed.
    public func commit(model: [UInt8], state: [UInt8], manifest: Data) throws(DiskError) {
        try remove()
        try Files.createDirectory(path)
        try Files.replace(self.model, with: Data(model))
        try Files.replace(self.state, with: Data(state))
        try Files.synchronize(directory: path)
        try Files.replace(self.manifest, with: manifest)
        try Files.synchronize(directory: path)
        try Files.synchronize(
            directory: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Removes the checkpoint, the manifest first, so that no part of it is valid. Does nothing
    /// where it is not there.
    ///
    /// - Throws: ``DiskError``.
    public func remove() throws(DiskError) {
        try Files.remove(manifest)
        try Files.remove(path)
    }
}

extension LearnerDirectory {
    /// The checkpoint after so many steps, which need not be there.
    public func checkpoint(afterStep step: Int) -> CheckpointDirectory {
        let digits = String(step)
        let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
        return CheckpointDirectory(path: "\(checkpoints)/step-\(zeros)\(digits)")
    }

    /// The committed checkpoints, by their steps, ascending.
    public var committedCheckpoints: [(step: Int, directory: CheckpointDirectory)] {
        stepDirectories.filter(\.directory.isCommitted)
    }

    /// The checkpoints that a crash left incomplete.
    public var abandonedCheckpoints: [CheckpointDirectory] {
        stepDirectories.map(\.directory).filter { !$0.isCommitted }
    }

    /// The committed checkpoint after the most steps, or nil where there is none.
    public var latestCheckpoint: CheckpointDirectory? { committedCheckpoints.last?.directory }

    private var stepDirectories: [(step: Int, directory: CheckpointDirectory)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        return names.compactMap { name in
            name.wholeMatch(of: /step-([0-9]{8,18})/).flatMap { Int($0.1) }.map { step in
                (step, CheckpointDirectory(path: "\(checkpoints)/\(name)"))
            }
        }.sorted { $0.step < $1.step }
    }
}
