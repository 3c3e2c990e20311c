import Reporting

extension ExplanationRule {
    /// Banked knowledge that is older than an epoch.
    static let oldBank = ExplanationRule(
        "old-bank", when: "banked knowledge stood in for a teacher, older than an epoch in the mean"
    ) { report in
        report.edges.compactMap { edge in
            guard let age = edge.bankedAge, let last = report.history.learner(edge.to)?.epochs.last
            else { return nil }
            let epoch = Double(last.step) / Double(last.epoch)
            guard age > epoch else { return nil }
            return Found(
                .starved, edge.title,
                "Knowledge of \(edge.from) stood in for it on \(edge.bankedSamples) samples of"
                    + " \(edge.to), \(Text.number(age)) steps old in the mean; an epoch has"
                    + " \(Text.number(epoch)).",
                advice: "Give \(edge.from) a faster host, or have \(edge.to) wait (missing: wait).")
        }
    }
}
