import Options

/// *iCaRL: Incremental Classifier and Representation Learning* (Rebuffi et al. 2017): the outputs
/// of earlier tasks follow the weights at the end of the task before, those of the others the
/// labels, all by the binary cross-entropy of sigmoids.
///
///     icarl: {of: a}
///
/// The term holds the labels too: the learner has `task: 0`. The paper's exemplars and its
/// classifier are `exemplars` and `classify` of `data.tasks`.
struct IncrementalClassifier: Preset {
    static let name = "icarl"
    static let summary = "labels, and its past on old outputs, by sigmoids (Rebuffi et al. 2017)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that meet tasks in turn")
        edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "icarl", temperature: 1, readsTaps: false, readsStaged: false,
                version: .taskBefore(nil)), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}
