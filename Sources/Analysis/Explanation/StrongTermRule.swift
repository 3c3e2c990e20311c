import Reporting

extension ExplanationRule {
    /// Of the sum of the sizes of the task loss and all terms.
    private static let most = 0.9

    /// A term leaves the learner's own labels nearly no part of the loss.
    static let strongTerm = ExplanationRule(
        "strong-term", when: "a term is \(Text.percent(most)) or more of a loss that has labels too"
    ) { report in
        report.terms.compactMap { term in
            guard term.hasTask, let share = term.share, share >= most else { return nil }
            return Found(
                .hurt, term.learner,
                "\(term.name) is \(Text.percent(share)) of \(term.learner)'s loss: its own labels"
                    + " hardly count.",
                advice: "Where they should, lower the weight of the edge, or let it ramp up.")
        }
    }
}
