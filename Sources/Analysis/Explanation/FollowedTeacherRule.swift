import Reporting

extension ExplanationRule {
    /// The last divergence of an edge that was followed, as a part of the first.
    private static let followed = 0.5

    /// A learner that gained came near its teacher.
    static let followedTeacher = ExplanationRule(
        "followed",
        when: "a learner gained \(leastGain) points or more, and the KL from a teacher fell to half"
    ) { report in
        report.edges.compactMap { edge in
            guard edge.from != edge.to, let gain = report.learner(edge.to)?.gain,
                gain >= leastGain, let course = edge.divergence, course.first > 0,
                course.last <= followed * course.first
            else { return nil }
            let agreement = edge.agreement.map {
                ", and agreement went from \(Text.percent($0.first)) to \(Text.percent($0.last))"
            }
            return Found(
                .helped, edge.title,
                "\(edge.to) came near \(edge.from): KL went from \(Text.number(course.first)) to"
                    + " \(Text.number(course.last)) nats\(agreement ?? "").")
        }
    }
}
