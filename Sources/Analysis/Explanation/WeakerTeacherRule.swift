import Reporting

extension ExplanationRule {
    /// In points of accuracy.
    private static let weaker = 2.0

    /// A learner lost, and a teacher was worse than the learner alone.
    static let weakerTeacher = ExplanationRule(
        "weaker-teacher",
        when:
            "a learner lost \(leastGain) points or more, and a teacher that was there at half of"
            + " the steps ended \(weaker) points below what the learner reaches alone"
    ) { report in
        report.edges.compactMap { edge in
            guard edge.from != edge.to, !edge.isMostlyAbsent, let learner = report.learner(edge.to),
                let gain = learner.gain, gain <= -leastGain, let alone = learner.aloneAccuracy,
                let teacher = report.learner(edge.from)?.accuracy,
                (alone - teacher) * 100 >= weaker
            else { return nil }
            return Found(
                .hurt, edge.title,
                "\(edge.from) ended at \(Text.percent(teacher)), below the \(Text.percent(alone)) that"
                    + " \(edge.to) reaches alone, and \(edge.to) lost by its teachers.",
                advice: "Leave the edge out, lower its `weight`, or give it `gate: correct`, which"
                    + " takes only the samples that the teacher classifies correctly.")
        }
    }
}
