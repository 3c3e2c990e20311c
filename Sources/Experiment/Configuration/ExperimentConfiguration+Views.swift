import Datasets
import Options

extension ExperimentConfiguration {
    /// Refuses a learner's view that the cohort's data, or the learner's own, do not have.
    ///
    /// - Parameters:
    ///   - written: the configuration as it was written, for places.
    ///   - problems: receives what is wrong, at the learner's `view`.
    func checkViews(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners {
            guard let view = learner.view else { continue }
            for section in [data, learner.data].compactMap(\.self)
            where !section.views.contains(view) {
                let place = written["learners"]?.value[learner.name]?.value["view"]?.value.position
                problems.note(
                    SettingError(
                        "learner '\(learner.name)': the data set '\(section.name)'"
                            + " \(Corpus.complaint(about: view, known: section.views))", at: place))
            }
        }
    }
}

extension DataSection {
    /// The name of the data set.
    fileprivate var name: String {
        guard case .scalar(let name, _)? = setting["set"]?.value.value else { return "" }
        return name
    }
}
