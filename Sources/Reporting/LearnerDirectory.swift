import Bytes

/// The folder of one learner of a run.
public struct LearnerDirectory: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The folder of a learner, which need not be there.
    public init(path: String) {
        self.path = path
    }

    /// Lines for people.
    public var log: String { "\(path)/log.txt" }
    /// Lines for programs.
    public var metrics: String { "\(path)/metrics.jsonl" }
    /// The knowledge that it published and received.
    public var journal: String { "\(path)/journal" }
    /// The folder of its checkpoints.
    public var checkpoints: String { "\(path)/checkpoints" }
}

extension LearnerDirectory {
    /// Creates the folder, if it is not there.
    ///
    /// - Throws: ``DiskError``.
    public func create() throws(DiskError) { try Files.createDirectory(path) }
}
