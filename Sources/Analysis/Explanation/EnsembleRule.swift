import Reporting

extension ExplanationRule {
    /// In points of accuracy.
    private static let leastAhead = 1.0

    /// Together the learners know more than each.
    static let ensemble = ExplanationRule(
        "ensemble", when: "the ensemble is \(leastAhead) point or more above its best learner"
    ) { report in
        let last = report.history.learners.compactMap(\.epochs.last)
            .filter { $0.ensembleAccuracy != nil }.max { $0.step < $1.step }
        guard let accuracy = last?.ensembleAccuracy,
            let best = report.learners.filter({ last?.ensembleMembers.contains($0.name) == true })
                .max(by: { ($0.accuracy ?? 0) < ($1.accuracy ?? 0) }),
            let own = best.accuracy, (accuracy - own) * 100 >= leastAhead
        else { return [] }
        return [
            Found(
                .note, "ensemble",
                "Together the learners reach \(Text.percent(accuracy)), and the best of them,"
                    + " \(best.name), \(Text.percent(own)): there is more to learn from one another.",
                advice:
                    "Train for longer, give edges more weight, or use the ensemble: `cohort predict"
                    + " RUN --ensemble`.")
        ]
    }
}
