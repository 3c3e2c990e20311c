import Bytes
import Experiment
import Foundation
import Options
import Reporting

/// The run directory that rank 0 opens for all ranks: that of the same run where there is one,
/// otherwise a new one.
package struct RankDirectory {
    /// The directory.
    package let directory: RunDirectory
    /// Whether the run was begun before.
    package let isResumed: Bool
    private let lock: DirectoryLock

    /// - Parameters:
    ///   - id: the run's identifier.
    ///   - path: the directory that was named; nil for that of the run, below the configuration's
    ///     `runs`.
    ///   - notice: receives messages for people.
    /// - Throws: ``SettingError`` where the run is of another configuration, ``DiskError`` where
    ///   another process runs it or it cannot be made.
    package init(
        _ configuration: ExperimentConfiguration, id: String, path: String?,
        notice: (String) -> Void
    ) throws {
        let found = try Self.find(configuration, id: id, path: path)
        directory =
            try found
            ?? .create(
                in: configuration.runs, name: configuration.name, id: id,
                learners: configuration.startedLearners)
        try directory.create()
        lock = try DirectoryLock(directory.path, patience: DirectoryLock.handover)
        let stored = try? ExperimentConfiguration.load(directory.configuration, registries: .all)
        if let stored, stored.digest != configuration.digest {
            throw SettingError(
                "\(directory.path) is of another configuration (\(stored.digest), not"
                    + " \(configuration.digest)): give this run another name by --run")
        }
        isResumed = stored != nil
        try directory.removeContact()
        if isResumed { notice("resuming \(directory.path)") }
        if path == nil { try directory.markLatest() }
        try directory.write(configuration: configuration.resolvedYAML())
    }

    /// The run directory as the other ranks find it; nil while it is missing.
    package static func find(
        _ configuration: ExperimentConfiguration, id: String, path: String?
    ) throws -> RunDirectory? {
        if let path { return RunDirectory(path: path) }
        return RunDirectory.all(in: configuration.runs, name: configuration.name)
            .first { $0.id == id }?.run
    }
}
