import CohortGraph

/// What must hold where a frozen generator makes the samples.
extension ExperimentConfiguration {
    /// Whether a generator learns to make what a frozen one makes.
    func follows(_ learner: LearnerOptions, _ leader: LearnerOptions) -> Bool {
        let groups = graph.groups(into: learner.name)
        return learner.role == .generator && leader.role == .frozenGenerator && !groups.isEmpty
            && groups.allSatisfy { $0.from.contains(leader.name) }
    }

    func problem(ofFrozen learner: LearnerOptions) -> String? {
        guard learners.contains(where: { graph.isSentMadeSamples($0.name) }) else {
            return "makes samples that nobody takes; name it in follow-generator, or teach with"
                + " `inputs: made`"
        }
        return problem(ofMaking: learner)
    }
}
