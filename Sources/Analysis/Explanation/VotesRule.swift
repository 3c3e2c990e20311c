import Reporting

extension ExplanationRule {
    /// Of the samples that were asked about.
    private static let leastAnswers = 0.5

    /// Private votes that answer few samples.
    static let votes = ExplanationRule(
        "votes",
        when: "less than \(Text.percent(leastAnswers)) of the samples got an answer by votes"
    ) { report in
        report.terms.compactMap { term in
            guard let privacy = term.privacy, privacy.queries > 0,
                Double(privacy.answers) < leastAnswers * Double(privacy.queries)
            else { return nil }
            return Found(
                .starved, term.learner,
                "\(term.name) answered \(privacy.answers) of \(privacy.queries) samples, and spent ε"
                    + " \(Text.number(privacy.epsilon)) of \(Text.number(privacy.limit)).",
                advice: "Have more teachers vote, lower the threshold, or allow a greater ε.")
        }
    }
}
