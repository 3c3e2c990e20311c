import Reporting

extension ExplanationRule {
    /// Of the samples that were asked about, and of the ε that may be spent.
    private static let leastAnswers = 0.5
    private static let mostSpent = 0.95

    /// Private votes that answer few samples, or may answer no more.
    static let votes = ExplanationRule(
        "votes",
        when: "votes answered less than \(Text.percent(leastAnswers)) of the samples, or spent"
            + " \(Text.percent(mostSpent)) of their ε"
    ) { report in
        report.terms.compactMap { term in
            guard let privacy = term.privacy, privacy.queries > 0 else { return nil }
            let isSpent = privacy.epsilon >= mostSpent * privacy.limit
            guard isSpent || Double(privacy.answers) < leastAnswers * Double(privacy.queries)
            else { return nil }
            return Found(
                .starved, term.learner,
                "\(term.name) answered \(privacy.answers) of \(privacy.queries) samples, and spent ε"
                    + " \(Text.number(privacy.epsilon)) of \(Text.number(privacy.limit)).",
                advice: isSpent
                    ? "Allow a greater ε, have more teachers vote, or add more noise to each vote."
                    : "Have more teachers vote, or lower the threshold.")
        }
    }
}
