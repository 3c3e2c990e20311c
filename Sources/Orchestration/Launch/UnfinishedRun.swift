import Bytes
import Experiment
import Foundation
import Options
import Reporting

/// A run that was begun before and has not ended, with the lock that keeps other launchers from it.
package struct UnfinishedRun {
    /// Where the run keeps everything.
    package let directory: RunDirectory
    /// The run's identifier.
    package let id: String
    /// Held for as long as the run is continued.
    let lock: DirectoryLock
    private let learners: [LearnerOptions]

    private init(
        _ candidate: (id: String, run: RunDirectory), _ stored: ExperimentConfiguration,
        _ lock: DirectoryLock
    ) {
        (id, directory) = candidate
        self.lock = lock
        learners = stored.learners
    }

    /// Finds the run to continue, and locks it; nil where a new one is to be begun.
    ///
    /// - Throws: ``DiskError``: 66 where there must be one and is none, 74 where another launcher
    ///   runs it; ``SettingError`` where the newest is of another configuration.
    package static func find(
        for configuration: ExperimentConfiguration, _ resume: Resume
    ) throws -> UnfinishedRun? {
        let runs = RunDirectory.all(in: configuration.runs, name: configuration.name)
        switch resume {
        case .never: return nil
        case .auto: return newest(of: runs, like: configuration)
        case .allow, .must: break
        }
        guard let newest = runs.first, !newest.run.isFinished, let stored = newest.run.stored else {
            guard resume == .must else { return nil }
            throw DiskError(
                "read", "\(configuration.runs)/\(configuration.name)",
                "there is no unfinished run to resume, and --resume must asks for one",
                exitCode: .missingFile
            )
        }
        guard stored.digest == configuration.digest else {
            throw SettingError(
                "\(newest.run.path) is of another configuration (\(stored.digest), not"
                    + " \(configuration.digest)): resume it with its own config.yaml, or begin a"
                    + " new run by --resume never")
        }
        return UnfinishedRun(newest, stored, try DirectoryLock(newest.run.path))
    }

    /// The newest of the same configuration that no launcher runs.
    private static func newest(
        of runs: [(id: String, run: RunDirectory)], like configuration: ExperimentConfiguration
    ) -> UnfinishedRun? {
        for candidate in runs where !candidate.run.isFinished {
            guard let stored = candidate.run.stored, stored.digest == configuration.digest,
                let lock = try? DirectoryLock(candidate.run.path)
            else { continue }
            return UnfinishedRun(candidate, stored, lock)
        }
        return nil
    }

    /// A learner with the weights and recordings that the run was begun with.
    package func withPaths(_ learner: LearnerOptions) -> LearnerOptions? {
        guard let stored = learners.first(where: { $0.name == learner.name }) else { return nil }
        var learner = learner
        learner.weights = stored.weights
        learner.source = stored.source
        return learner
    }
}

extension RunDirectory {
    /// Whether its summary says that it ended well.
    fileprivate var isFinished: Bool {
        (try? Summary.read(from: summary))?.exitCode == .success
    }

    /// The configuration that it was begun with; nil where that cannot be read.
    fileprivate var stored: ExperimentConfiguration? {
        try? .load(configuration, registries: .all)
    }
}
