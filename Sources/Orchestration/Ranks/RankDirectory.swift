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
    ///   - provenance: what the numbers follow from, as far as rank 0 knows it.
    ///   - extends: whether the run may go on for longer than it was begun to.
    ///   - assembler: of the configuration.
    ///   - notice: receives messages for people.
    /// - Throws: ``SettingError`` where the run is of other settings or data, ``DiskError`` where
    ///   another process runs it or it cannot be made.
    package init(
        _ configuration: ExperimentConfiguration, _ provenance: Provenance, id: String,
        path: String?, extends: Bool = false, _ assembler: Assembler? = nil,
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
        isResumed = FileManager.default.fileExists(atPath: directory.configuration)
        let isExtended =
            try isResumed
            && Self.extends(
                directory, configuration, provenance, extends, assembler)
        try directory.removeContact()
        if isResumed { notice("\(isExtended ? "extending" : "resuming") \(directory.path)") }
        if path == nil { directory.markLatest().map(notice) }
        lock.remark.map(notice)
        if isExtended { try directory.reopen() }
        try directory.begin(configuration, provenance)
    }

    /// Whether a run that was begun before goes on for longer.
    ///
    /// - Throws: ``SettingError`` where it is of other settings or data.
    private static func extends(
        _ directory: RunDirectory, _ configuration: ExperimentConfiguration,
        _ provenance: Provenance, _ isAsked: Bool, _ assembler: Assembler?
    ) throws -> Bool {
        guard let difference = directory.difference(from: provenance) else { return false }
        if isAsked {
            try directory.requireExtensible(to: configuration, provenance, assembler)
            return true
        }
        throw SettingError(
            "\(directory.path) was begun otherwise (\(difference)): resume it as it was begun, or"
                + " give this run another name by --run"
                + (directory.isShorter(than: provenance) ? "; --extend goes on for longer" : ""))
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
