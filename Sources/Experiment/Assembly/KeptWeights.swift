import Bytes
import CohortGraph
import Foundation
import Options
import Reporting
import Training

/// Which of the weights that a learner has of itself are meant.
public enum KeptWeights: Hashable, Sendable {
    /// Those of the last step.
    case newest
    /// The moving average of the weights.
    case average
    /// Those of the best evaluation.
    case best

    /// Those that two flags of a command name.
    ///
    /// - Returns: nil where both are set.
    public init?(average: Bool, best: Bool) {
        guard !average || !best else { return nil }
        self = average ? .average : best ? .best : .newest
    }
}

extension ExperimentConfiguration {
    /// The versions of its weights that a learner stores and is scored with: moving averages, and
    /// those of its best evaluation; by name.
    func scoredVersions(of learner: String) -> [ModelVersion] {
        let taught = graph.groups.filter { $0.from.contains(learner) }.map(\.edge.version)
            .filter { $0.average != nil }
        let own = self[learner]?.keptVersions ?? []
        return own.union(taught).sorted { ($0.suffix ?? "") < ($1.suffix ?? "") }
    }

    /// The version of a learner's weights that is meant.
    ///
    /// - Throws: ``SettingError`` (78) where it stores no such version, or several.
    func version(of learner: String, _ weights: KeptWeights) throws(SettingError) -> ModelVersion {
        switch weights {
        case .newest: return .current
        case .average: return try average(of: learner)
        case .best:
            guard scoredVersions(of: learner).contains(.best) else {
                throw SettingError(
                    "learner '\(learner)' keeps no best weights; `best` in its training lets it")
            }
            return .best
        }
    }

    private func average(of learner: String) throws(SettingError) -> ModelVersion {
        let known = scoredVersions(of: learner).filter { $0.average != nil }
        guard let version = known.first else {
            throw SettingError(
                "learner '\(learner)' stores no moving average of its weights; `average` in its"
                    + " training, `mean-teacher`, and an edge from it with `version: {average: …}`,"
                    + " let it")
        }
        guard known.count == 1 else {
            throw SettingError(
                "learner '\(learner)' stores several moving averages,"
                    + " \(known.compactMap(\.suffix).joined(separator: " and ")); which of them is"
                    + " meant cannot be said")
        }
        return version
    }
}

extension LearnerOptions {
    /// The versions of its weights that it stores for itself.
    var keptVersions: Set<ModelVersion> {
        learns && role.classifies && !isExternal ? training.habits.versions : []
    }
}

extension CheckpointDirectory {
    /// After which step the best evaluation was.
    ///
    /// - Throws: ``DiskError`` (66) where the learner had none yet, and where the manifest cannot
    ///   be read.
    func bestStep(of learner: String) throws(DiskError) -> Int {
        let found: CheckpointManifest
        do {
            found = try CheckpointManifest(
                decoding: try Data(contentsOf: URL(fileURLWithPath: manifest)))
        } catch { throw DiskError("read", manifest, error) }
        guard let best = found.best else {
            throw DiskError(
                "read", manifest, "'\(learner)' has had no evaluation yet",
                exitCode: .missingFile)
        }
        return best.step
    }
}
