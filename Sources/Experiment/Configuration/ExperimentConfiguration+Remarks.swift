import CohortGraph

/// What is allowed and unlikely to be meant.
extension ExperimentConfiguration {
    /// Each remark as it is printed.
    public var remarks: [String] {
        idleSettings.map { "without effect: \($0)" } + lonelyLearners.map(Self.remark)
    }

    /// Learners without any edge, in a cohort in which others have some: a name that is mistyped in
    /// a setting makes one.
    var lonelyLearners: [String] {
        guard !graph.groups.isEmpty else { return [] }
        let lenders = Set(learners.compactMap { $0.borrowed?.part.lender })
        return learners.filter {
            !graph.isInGroup($0.name) && $0.borrowed == nil && !lenders.contains($0.name)
        }.map(\.name)
    }

    private static func remark(on learner: String) -> String {
        "learner '\(learner)' neither teaches nor is taught, as others do: name it in teaching, or"
            + " leave it out; a mistyped name in a setting makes a new learner"
    }
}
