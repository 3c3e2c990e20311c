import Bytes
import CohortGraph
import Datasets
import NeuralNetwork
import Options
import Reporting
import Training

/// The weights that a learner of a run has now.
struct TrainedWeights {
    /// The file, or what the configuration names.
    let path: String
    /// What stands before the names of the tensors in the configuration's file; nil for none.
    let prefix: String?
    /// How many steps made them; nil for weights that were given.
    let step: Int?

    /// Those of its newest checkpoint, or where there is none, those that it was given.
    ///
    /// - Parameter version: the current weights, or an average that the learner stores.
    /// - Throws: ``DiskError`` (66) where there are neither.
    init(
        of learner: LearnerOptions, in run: RunDirectory, version: ModelVersion = .current
    ) throws(DiskError) {
        let folder = run.learner(learner.name)
        if let (step, directory) = folder.committedCheckpoints.last {
            (path, prefix, self.step) =
                version.isStored
                ? (directory.state, version.prefix, step) : (directory.model, nil, step)
            return
        }
        guard !version.isStored, let given = learner.weights else {
            throw DiskError(
                "read", folder.checkpoints, "there are no weights of '\(learner.name)' yet",
                exitCode: .missingFile)
        }
        (path, prefix, step) = (given, learner.weightsPrefix, nil)
    }

    /// Those of every checkpoint that a learner keeps, from the oldest on.
    ///
    /// - Throws: ``DiskError`` (66) where there are none.
    static func kept(
        by learner: LearnerOptions, in run: RunDirectory
    ) throws(DiskError) -> [TrainedWeights] {
        let folder = run.learner(learner.name)
        let kept = folder.committedCheckpoints.map { step, directory in
            TrainedWeights(path: directory.model, prefix: nil, step: step)
        }
        guard !kept.isEmpty else {
            throw DiskError(
                "read", folder.checkpoints, "there are no checkpoints of '\(learner.name)' yet",
                exitCode: .missingFile)
        }
        return kept
    }

    private init(path: String, prefix: String?, step: Int?) {
        (self.path, self.prefix, self.step) = (path, prefix, step)
    }

    /// Those of a file in place of a learner's own.
    init(file: String) {
        (path, prefix, step) = (file, nil, nil)
    }

    /// The weights themselves.
    ///
    /// - Parameter normalization: of the samples that the model is to see.
    /// - Throws: ``SafeTensorsError`` where they are not of the model, ``DiskError``, and
    ///   ``SettingError`` (78) where they were trained on pixels that are normalized otherwise.
    func loaded(
        for model: Model, normalization: Normalization, of learner: String
    ) throws -> LoadedWeights {
        let state = try WeightsFile(path, of: learner).weights(of: model, prefix: prefix)
        if let objection = state.objection(to: normalization, of: learner) {
            throw SettingError("\(path): \(objection)")
        }
        if let lack = state.lackOfScales(in: model, of: learner) {
            throw SettingError("\(path): \(lack)")
        }
        return state
    }
}

extension ExperimentConfiguration {
    /// The moving averages of its weights that a learner stores, by name.
    func averages(of learner: String) -> [ModelVersion] {
        let versions = graph.groups.filter { $0.from.contains(learner) }.map(\.edge.version)
        return Set(versions.filter { $0.average != nil })
            .sorted { ($0.suffix ?? "") < ($1.suffix ?? "") }
    }

    /// The current weights of a learner, or the moving average that it stores.
    ///
    /// - Throws: ``SettingError`` (78) where it stores none, or several.
    func version(of learner: String, average: Bool) throws(SettingError) -> ModelVersion {
        guard average else { return .current }
        let known = averages(of: learner)
        guard let version = known.first else {
            throw SettingError(
                "learner '\(learner)' stores no moving average of its weights; `mean-teacher`, and an"
                    + " edge from it with `version: {average: …}`, let it")
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
