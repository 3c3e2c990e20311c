import CohortGraph
import Options

/// What must hold where learners see a strong view of the same samples.
extension ExperimentConfiguration {
    /// Refuses edges and tasks that need a strong view which there is not, and a strong view that
    /// nobody needs.
    func checkStrongViews(_ written: Setting, _ problems: inout SettingProblems) {
        for (place, scheme) in teaching.enumerated() {
            for group in scheme.groups {
                guard let problem = strongProblem(of: group) else { continue }
                problems.note(
                    SettingError(
                        "\(scheme.preset.name): augmentation '\(group.edge.augmentation.summary)'"
                            + " \(problem)", at: written.teachingPosition(place)))
            }
        }
        for learner in learners where learner.original == nil && learner.strongTask > 0 {
            guard let problem = strongProblem(of: learner) else { continue }
            let entry = written["learners"]?.value[learner.name]
            problems.note(
                SettingError(
                    "learner '\(learner.name)': strong-task \(problem)",
                    at: entry?.value["strong-task"]?.position ?? entry?.position))
        }
        checkStrongUse(written, &problems)
    }

    private static let remedy = "set data.augmentation.strong: true"

    private func strongProblem(of group: EdgeGroup) -> String? {
        guard group.edge.augmentation.hasStrong else { return nil }
        if !data.hasStrongView { return "needs a strong view of the samples; \(Self.remedy)" }
        let (from, to) = (group.edge.augmentation.from, group.edge.augmentation.to)
        let seeing = (from == .strong ? group.from : []) + (to == .strong ? [group.to] : [])
        return seeing.first { self[$0]?.isExternal == true }.map {
            "is computed by this program's learners alone, and '\($0)' is external; leave it out"
        }
    }

    private func strongProblem(of learner: LearnerOptions) -> String? {
        if learner.isExternal { return "has no effect: another program weighs its task" }
        if !learner.learns { return "has no effect: it never learns; leave it out" }
        if !learner.isLabelled { return "has no effect: it has no labels; leave it out" }
        guard (learner.data ?? data).hasStrongView, data.hasStrongView else {
            return learner.data == nil
                ? "needs a strong view of the samples; \(Self.remedy)"
                : "needs a strong view of the samples; set augmentation.strong: true in the"
                    + " cohort's data and in the learner's own"
        }
        return nil
    }

    /// A strong view that nobody looks at changes nothing.
    private func checkStrongUse(_ written: Setting, _ problems: inout SettingProblems) {
        let isSeen =
            learners.contains { $0.strongTask > 0 }
            || graph.groups.contains { $0.edge.augmentation.hasStrong }
        if data.hasStrongView, !isSeen {
            problems.note(
                SettingError(
                    "data: augmentation.strong has no effect, as nobody looks at the strong view;"
                        + " write `augmentation: strong` on an edge or `strong-task` of a learner,"
                        + " or leave it out",
                    at: written["data"]?.value["augmentation"]?.position))
        }
        for learner in learners where learner.original == nil {
            guard learner.data?.hasStrongView == true, learner.strongTask == 0 else { continue }
            let entry = written["learners"]?.value[learner.name]
            problems.note(
                SettingError(
                    "learner '\(learner.name)': data.augmentation.strong has no effect without"
                        + " `strong-task`; leave it out",
                    at: entry?.value["data"]?.position ?? entry?.position))
        }
    }
}
