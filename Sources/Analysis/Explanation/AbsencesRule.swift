import Reporting

extension ExplanationRule {
    /// Of the learner's steps.
    private static let mostAbsent = 0.05

    /// Steps went on without a teacher.
    static let absences = ExplanationRule(
        "absent", when: "\(Text.percent(mostAbsent)) or more of the steps went on without a teacher"
    ) { report in
        let absent = report.edges.filter { ($0.absentShare ?? 0) >= mostAbsent }
        return Set(absent.map(\.to)).sorted().map { name in
            let edges = absent.filter { $0.to == name }
            let parts = edges.map { edge in
                "without \(edge.from) at \(edge.absences) of \(edge.steps) steps"
                    + " (\(Text.percent(edge.absentShare ?? 0)))"
            }
            // Where knowledge was kept, or nothing else would help, that is no advice.
            let isBanked = edges.contains { $0.bankedSamples > 0 }
            return Found(
                .starved, edges.map(\.title).joined(separator: ", "),
                "\(name) went on \(Text.list(parts)).",
                advice: "Wait longer (`exchange.timeouts.missing`, 2 s by default) or always"
                    + " (`missing: wait` on the edge)"
                    + (isBanked ? "" : ", or learn from its latest knowledge (`missing: bank`)")
                    + "; or give the absent one a faster host. `cohort journal --records` says why"
                    + " each was absent.")
        }
    }
}

extension EdgeResult {
    /// The part of the steps that went on without the teacher; nil where there was no step.
    var absentShare: Double? { steps > 0 ? Double(absences) / Double(steps) : nil }

    /// Whether the teacher taught at fewer than half of the steps, so that its knowledge explains
    /// little.
    var isMostlyAbsent: Bool { (absentShare ?? 0) > 0.5 }
}
