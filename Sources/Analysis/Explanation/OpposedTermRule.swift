import Reporting

extension ExplanationRule {
    /// Of the intervals that compared gradients.
    private static let most = 0.5

    /// A term moves the model against its own labels.
    static let opposedTerm = ExplanationRule(
        "opposed-term",
        when: "a term's gradient has a cosine below 0 to that of the task in more than"
            + " \(Text.percent(most)) of the intervals that compared them, and in the mean"
    ) { report in
        report.terms.compactMap { term in
            guard let gradient = term.gradient, let opposed = gradient.opposed, opposed > most,
                let cosine = gradient.cosine, cosine < 0
            else { return nil }
            return Found(
                .hurt, term.learner,
                "\(term.name) pulls \(term.learner) away from its own labels: in"
                    + " \(Text.percent(opposed)) of the intervals its gradient opposes that of the"
                    + " task, by a cosine of \(Text.signed(cosine)) in the mean.",
                advice:
                    "Lower the weight of the edge, end it early by a schedule, or compare with a"
                    + " run without it.")
        }
    }
}
