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
                let error = codecError(of: edge.from, in: report.history),
                error >= mostError * left
            else { return nil }
            return Found(
                .hurt, edge.title,
                "The codec changes what \(edge.from) publishes by \(Text.number(error)) nats, and"
                    + " \(edge.to) is \(Text.number(left)) nats from it.",
                advice: "Take a finer codec, as fp16 or more kept classes.")
        }
    }

    /// The mean of a teacher's greatest error of logits, also in later stages, in which it only
    /// teaches.
    private static func codecError(of name: String, in history: RunHistory) -> Double? {
        let intervals = history.trainings(of: name).flatMap(\.intervals)
        return history.learner(name)?.mean(of: intervals[...]) { interval in
            interval.codecErrors.filter { $0.key.hasPrefix("logits") }.values.max()
        }
    }
}
