import CohortGraph

extension ExperimentConfiguration {
    /// The names of the learners that launchers start, in the order of the file.
    public var startedLearners: [String] {
        learners.filter { !$0.isExternal && $0.source == nil }.map(\.name)
    }

    /// Whether a learner teaches in a stage on samples that it is sent, and so needs no data there.
    public func isSentInputs(_ learner: String, inStage stage: Int) -> Bool {
        (1...stages.count).contains(stage) && stages.graph(of: stage).hasNoSamples(learner)
    }

    /// The names of the students that launchers start and others teach: those that are also trained
    /// without teachers where the configuration asks for the comparison. One without labels cannot
    /// be.
    public var comparedStudents: [String] {
        learners.filter { $0.learns && !$0.isExternal && $0.isLabelled }.map(\.name)
            .filter { !graph.groups(into: $0).isEmpty }
    }
}
