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
    /// - Parameter version: the current weights, or those that the learner stores beside them.
    /// - Throws: ``DiskError`` (66) where there are neither.
    init(
        of learner: LearnerOptions, in run: RunDirectory, version: ModelVersion = .current
    ) throws(DiskError) {
        let folder = run.learner(learner.name)
        if let (newest, directory) = folder.committedCheckpoints.last {
            let step = try version == .best ? directory.bestStep(of: learner.name) : newest
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
