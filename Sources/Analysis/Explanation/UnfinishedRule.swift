extension ExplanationRule {
    /// Numbers of a run that has not ended are of what it has done so far.
    static let unfinished = ExplanationRule(
        "unfinished", when: "a learner has not come to its end"
    ) { report in
        guard !report.isFinished else { return [] }
        let isRunning = report.history.state == .running
        return [
            Found(
                .note, "run",
                "All that is said here is of the steps that are done. Gains are named once it has"
                    + " ended.",
                advice: isRunning ? nil : "The command that began it goes on with it.")
        ]
    }
}
