import Bytes
import Foundation

/// A learner of a run, as people name it on a command line: `RUN/LEARNER`.
public struct LearnerReference: Hashable, Sendable {
    /// The run directory.
    public let run: RunDirectory
    /// The learner's name.
    public let learner: String

    /// Reads a path such as `runs/digits/latest/a`, or that of the learner's own folder,
    /// `runs/digits/latest/learners/a`.
    ///
    /// - Throws: ``DiskError`` (66) where what stands before the learner's name is no run
    ///   directory.
    public init(_ path: String) throws(DiskError) {
        let url = URL(fileURLWithPath: path)
        var folder = url.deletingLastPathComponent()
        if folder.lastPathComponent == "learners" { folder.deleteLastPathComponent() }
        run = RunDirectory(path: folder.path)
        learner = url.lastPathComponent
        guard FileManager.default.fileExists(atPath: run.configuration) else {
            throw DiskError(
                "read", path,
                "a run directory and a learner are needed, such as runs/digits/latest/a, and there"
                    + " is no \(run.configuration)",
                exitCode: .missingFile)
        }
    }
}
