extension ExplanationRule {
    /// Records that are missing, as their lines are damaged.
    static let unreadable = ExplanationRule(
        "unreadable", when: "a line of a learner's records cannot be read"
    ) { report in
        guard let lines = report.history.unreadable else { return [] }
        return [
            Found(
                .note, "run", "Lines of records cannot be read, and do not count: \(lines).",
                advice: "Look whether a disk was full, or another program changed metrics.jsonl.")
        ]
    }
}
