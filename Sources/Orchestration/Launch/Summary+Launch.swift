import Experiment
import Reporting

extension Summary {
    /// The summary of a run.
    ///
    /// - Parameters:
    ///   - id: the run's identifier.
    ///   - together: what each learner reported that trained in the cohort.
    ///   - alone: what each student reported that trained without teachers.
    package init(
        of configuration: ExperimentConfiguration, run id: String,
        together: [String: LearnerResult], alone: [String: LearnerResult] = [:],
        after duration: Duration
    ) {
        let learners = together.map { name, result in
            (
                name,
                LearnerSummary(
                    model: result.start?.model ?? "", parameters: result.start?.parameters ?? 0,
                    steps: result.end?.step ?? 0, testAccuracy: result.end?.testAccuracy,
                    text: result.end?.text, exitAccuracies: result.end?.exitAccuracies,
                    averageAccuracies: result.end?.averageAccuracies,
                    aloneTestAccuracy: alone[name]?.end?.testAccuracy,
                    aloneText: alone[name]?.end?.text,
                    weightsSHA256: result.end?.weightsSHA256,
                    privacy: result.end?.privacy?.mapValues(\.published),
                    tasks: result.end?.tasks)
            )
        }
        self.init(
            run: id, name: configuration.name, seed: configuration.seed,
            configurationDigest: configuration.identityDigest, seconds: duration / .seconds(1),
            learners: Dictionary(uniqueKeysWithValues: learners),
            ensembleAccuracy: Self.largestEnsemble(together)?.ensembleAccuracy)
    }

    /// The last evaluation of the ensemble with the most members.
    private static func largestEnsemble(_ results: [String: LearnerResult]) -> EpochReport? {
        results.sorted { $0.key < $1.key }.compactMap(\.value.epoch)
            .max { $0.ensembleMembers.count < $1.ensembleMembers.count }
    }

    /// The table that a run ends with.
    ///
    /// - Parameter names: the learners in the order of the rows.
    package func table(of names: [String]) -> GainTable {
        GainTable(
            names.compactMap { name in
                learners[name].map { learner in
                    GainTable.Row(
                        learner: name, model: learner.model, parameters: learner.parameters,
                        alone: learner.aloneTestAccuracy, taught: learner.testAccuracy,
                        aloneText: learner.aloneText, taughtText: learner.text)
                }
            })
    }
}
