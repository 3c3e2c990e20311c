import Reporting

extension ExplanationRule {
    /// How much a divergence must grow, and to how many nats.
    private static let growth = 1.5
    private static let leastDrift = 0.05

    /// A learner moves away from its teacher.
    static let drift = ExplanationRule(
        "drift",
        when: "the KL from a teacher grew by half or more, to \(leastDrift) nats or more"
    ) { report in
        report.edges.compactMap { edge in
            guard let course = edge.divergence, course.last >= growth * course.first,
                course.last >= leastDrift
            else { return nil }
            return Found(
                .hurt, edge.title,
                "\(edge.to) moved away from \(edge.from): KL grew from \(Text.number(course.first)) to"
                    + " \(Text.number(course.last)) nats.",
                advice:
                    "Where it should follow, give the edge more weight, or have its schedule not"
                    + " fall; a growing KL also shows learners that become sure of different"
                    + " classes.")
        }
    }
}
