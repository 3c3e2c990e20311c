import CohortGraph
import Options

/// `training.gradients`, where it has an effect.
extension ExperimentConfiguration {
    /// Refuses comparisons of gradients of those that have no two parts of a loss to compare.
    func checkGradients(_ written: Setting, _ problems: inout SettingProblems) {
        let own = learners.filter { learner in
            learner.learns && learner.training.gradients != nil
                && learner.training.gradients != training.gradients
        }
        for learner in own {
            guard let reason = incomparability(of: learner) else { continue }
            let entry = written["learners"]?.value[learner.name]?.value["training"]?.value
            problems.note(
                SettingError(
                    "learner '\(learner.name)': training.gradients has no effect: \(reason); leave it"
                        + " out", at: entry?["gradients"]?.position))
        }
        guard training.gradients != nil, learners.allSatisfy({ incomparability(of: $0) != nil })
        else { return }
        problems.note(
            SettingError(
                "training: gradients has no effect: nobody learns by this program from a teacher;"
                    + " leave it out", at: written["training"]?.value["gradients"]?.position))
    }

    /// Why a learner has no gradients to compare; nil where it has.
    private func incomparability(of learner: LearnerOptions) -> String? {
        if learner.isExternal { return "another program computes its gradients" }
        if learner.source != nil { return "a recording stands in its place" }
        guard learner.learns else { return "it does not learn" }
        if learner.role == .block || learner.role.makesSamples {
            return "it learns by an objective of its own, without labels"
        }
        return graph.groups(into: learner.name).isEmpty ? "nobody teaches it" : nil
    }
}
