import Reporting

extension ExplanationRule {
    /// Of the divergence that the edge is to close.
    private static let mostError = 0.1

    /// A lossy codec changes knowledge by as much as there is to learn from it.
    static let codecError = ExplanationRule(
        "codec-error",
        when:
            "a codec changes a teacher's logits by \(Text.percent(mostError)) or more of the KL that"
            + " is left on an edge"
    ) { report in
        report.edges.compactMap { edge in
            guard let left = edge.divergence?.last, left > 0,
                let teacher = report.history.learner(edge.from),
                let error = teacher.mean({ interval in
                    interval.codecErrors.filter { $0.key.hasPrefix("logits") }.values.max()
                }), error >= mostError * left
            else { return nil }
            return Found(
                .hurt, edge.title,
                "The codec changes what \(edge.from) publishes by \(Text.number(error)) nats, and"
                    + " \(edge.to) is \(Text.number(left)) nats from it.",
                advice: "Take a finer codec, as fp16 or more kept classes.")
        }
    }
}
