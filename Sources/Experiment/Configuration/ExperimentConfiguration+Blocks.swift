import CohortGraph
import Options

/// What must hold where learners are blocks.
extension ExperimentConfiguration {
    /// Refuses blocks that no teacher's stage is for, and stages that learners imitate who are no
    /// blocks.
    func checkBlocks(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners {
            let groups = graph.groups(into: learner.name)
            let isBlock = learner.role == .block
            let imitates = groups.contains { $0.edge.lossTraits.contains(.imitatesStage) }
            guard isBlock || imitates else { continue }
            let problem =
                isBlock
                ? problem(ofBlock: learner, groups)
                : "is no block, and `blockwise` teaches blocks; write `role: block` at it"
            guard let problem else { continue }
            problems.note(
                SettingError(
                    "learner '\(learner.name)' \(problem)",
                    at: written["learners"]?.value[learner.name]?.position))
        }
    }

    private func problem(ofBlock learner: LearnerOptions, _ groups: [EdgeGroup]) -> String? {
        guard groups.count == 1, groups[0].edge.lossTraits.contains(.imitatesStage) else {
            return "is a block, which imitates one stage of a teacher; name it in one `blockwise`,"
                + " and in no other teaching"
        }
        if graph.teaches(learner.name) { return "is a block, and teaches nobody itself" }
        if learner.isExternal || learner.source != nil {
            return "is a block, which is a process of this program; leave `external` and `source`"
                + " out"
        }
        if data.tasks != nil { return "is a block, which meets no tasks; leave `data.tasks` out" }
        let idle: [(String, Bool)] = [
            ("data", learner.data != nil), ("quantize", learner.quantize != nil),
            ("attack", learner.attack != nil), ("strong-task", learner.strongTask > 0),
            (learner.borrowed?.key ?? "", learner.borrowed != nil),
            ("task", learner.task != 1), ("objective", learner.objective.name != "sum"),
            ("weights", learner.weights != nil),
        ]
        return idle.first(where: \.1).map {
            "is a block, on which `\($0.0)` has no effect; leave it out"
        }
    }
}
