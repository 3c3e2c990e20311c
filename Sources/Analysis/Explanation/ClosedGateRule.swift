import Reporting

extension ExplanationRule {
    /// Of the samples that arrived.
    private static let leastOpen = 0.1

    /// A gate lets nearly nothing through.
    static let closedGate = ExplanationRule(
        "closed-gate",
        when: "a gate let less than \(Text.percent(leastOpen)) of the samples through"
    ) { report in
        report.terms.compactMap { term in
            // What votes answer is no gate's choice, and has a rule of its own.
            guard let open = term.open, open < leastOpen, term.privacy == nil else { return nil }
            return Found(
                .starved, term.learner,
                "The gate of \(term.name) let \(Text.percent(open)) of the samples through to"
                    + " \(term.learner).",
                advice: "Loosen the gate, or leave it out.")
        }
    }
}
