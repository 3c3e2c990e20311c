import Reporting

extension ExplanationRule {
    /// Of what each would have were all equal.
    private static let leastPart = 0.25

    /// A combination gives a teacher nearly no part of the target.
    static let smallShare = ExplanationRule(
        "small-share", when: "a combination gave a teacher less than a quarter of an equal share"
    ) { report in
        report.terms.flatMap { term -> [Found] in
            guard let shares = term.shares, shares.count == term.teachers.count, shares.count > 1
            else { return [] }
            let equal = 1 / Double(shares.count)
            return zip(term.teachers, shares).filter { $0.1 < leastPart * equal }.map {
                teacher, share in
                Found(
                    .starved, "\(teacher) → \(term.learner)",
                    "\(teacher) has \(Text.percent(share)) of the target of \(term.name) at"
                        + " \(term.learner); an equal share is \(Text.percent(equal)).",
                    advice: "Leave it out if it costs time, or give it an edge of its own.")
            }
        }
    }
}
