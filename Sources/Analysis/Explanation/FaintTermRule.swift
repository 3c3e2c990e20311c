import Reporting

extension ExplanationRule {
    /// Of the sum of the norms of the task's gradient and of all terms'.
    private static let least = 0.01

    /// A term's gradient is nearly nothing, however large its value is.
    static let faintTerm = ExplanationRule(
        "faint-term",
        when: "a term's gradient is less than \(Text.percent(least)) of all gradients, and the term"
            + " \(Text.percent(least)) of the loss or more"
    ) { report in
        report.terms.compactMap { term in
            guard let share = term.gradient?.share, share < least, let value = term.share,
                value >= least
            else { return nil }
            return Found(
                .idle, term.learner,
                "\(term.name) hardly moves \(term.learner): its gradient is \(Text.percent(share)) of"
                    + " all gradients, though the term is \(Text.percent(value)) of the loss.",
                advice: "Where it should, give the edge more weight or another temperature.")
        }
    }
}
