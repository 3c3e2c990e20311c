import CohortGraph
import Options

/// What must hold where samples are mixed with one another, or parts of them are covered.
extension ExperimentConfiguration {
    /// Refuses what looks at the one label or at the number of a sample, and programs that do not
    /// know how samples are changed.
    func checkMixing(_ written: Setting, _ problems: inout SettingProblems) {
        checkExternal(written, &problems)
        guard let key = training.habits.mixing?.form.rawValue else { return }
        if let reason = problemOfMixing {
            problems.note(
                SettingError(
                    "training: \(key): \(reason)",
                    at: written["training"]?.value[key]?.position))
        }
        for (place, scheme) in teaching.enumerated() {
            guard let edge = scheme.groups.map(\.edge).first(where: \.looksAtLabelsOrNumbers)
            else { continue }
            problems.note(
                SettingError(
                    "\(scheme.preset.name): loss '\(edge.loss.name)' or another part of this edge"
                        + " looks at the label or the number of each sample, and samples are mixed of"
                        + " two (`training.\(key)`); leave one out",
                    at: written.teachingPosition(place)))
        }
    }

    private var problemOfMixing: String? {
        if data.tasks != nil {
            return "samples of different tasks would be mixed; leave it out, or data.tasks"
        }
        if graph.groups.contains(where: { $0.edge.inputs != .order }) {
            return "samples that are sent or made are not mixed; leave it out, or `inputs`"
        }
        return nil
    }

    /// An external learner draws crops and flips alone.
    private func checkExternal(_ written: Setting, _ problems: inout SettingProblems) {
        let cutout = data.setting["augmentation"]?.value["cutout"]?.value.value
        let covers = cutout?.isEmpty == false
        let key = covers ? "data.augmentation.cutout" : nil
        guard let key = training.habits.mixing.map({ "training.\($0.form.rawValue)" }) ?? key
        else { return }
        for learner in learners
        where learner.isExternal && learner.original == nil && !graph.isSentInputs(learner.name) {
            problems.note(
                SettingError(
                    "learner '\(learner.name)': \(key) is computed by this program's learners alone,"
                        + " and '\(learner.name)' is external; leave one out",
                    at: written["learners"]?.value[learner.name]?.position))
        }
    }
}
