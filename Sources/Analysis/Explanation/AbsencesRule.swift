import Reporting

extension ExplanationRule {
    /// Of the learner's steps.
    private static let mostAbsent = 0.05

    /// Steps went on without a teacher.
    static let absences = ExplanationRule(
        "absent", when: "\(Text.percent(mostAbsent)) or more of the steps went on without a teacher"
    ) { report in
        report.edges.compactMap { edge in
            guard edge.steps > 0 else { return nil }
            let share = Double(edge.absences) / Double(edge.steps)
            guard share >= mostAbsent else { return nil }
            return Found(
                .starved, edge.title,
                "\(edge.to) went on without \(edge.from) at \(edge.absences) of \(edge.steps) steps"
                    + " (\(Text.percent(share))).",
                advice: "Wait for it (missing: wait), keep its last knowledge (missing: bank or"
                    + " stale), or give \(edge.from) a faster host; `cohort journal --records` says"
                    + " why each was absent.")
        }
    }
}
