import Reporting

extension ExplanationRule {
    private static let alike = (divergence: 0.01, agreement: 0.99)

    /// Teacher and learner agree from the beginning.
    static let nothingNew = ExplanationRule(
        "nothing-new",
        when: "in the first third already KL is \(alike.divergence) nats or less, and agreement"
            + " \(Text.percent(alike.agreement)) or more"
    ) { report in
        report.edges.compactMap { edge in
            guard edge.from != edge.to, let divergence = edge.divergence?.first,
                let agreement = edge.agreement?.first, divergence <= alike.divergence,
                agreement >= alike.agreement
            else { return nil }
            return Found(
                .idle, edge.title,
                "\(edge.from) had nothing new for \(edge.to): they agreed on"
                    + " \(Text.percent(agreement)) of the samples from the beginning, KL"
                    + " \(Text.number(divergence)) nats.",
                advice:
                    "Let them differ: other models, private labels, other views, or a teacher that"
                    + " is better.")
        }
    }
}
