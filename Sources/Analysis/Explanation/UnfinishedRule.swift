extension ExplanationRule {
    /// Numbers of a run that has not ended are of what it has done so far.
    static let unfinished = ExplanationRule(
        "unfinished", when: "a learner has not come to its end"
    ) { report in
        guard !report.isFinished else { return [] }
        return [
            Found(
                .note, "run",
                "All that is said here is of the steps that are done.",
                advice: "Gains are named once it has ended: `cohort run` on the same file goes on.")
        ]
    }
}
