extension ExplanationRule {
    /// A loss that is no number any more.
    static let nonFinite = ExplanationRule(
        "non-finite", when: "a loss is not finite in some interval"
    ) { report in
        report.history.learners.compactMap { learner in
            guard
                let first = learner.intervals.first(where: { interval in
                    let losses = [interval.taskLoss, interval.totalLoss].compactMap(\.self)
                    return (losses + interval.terms.map(\.value.value)).contains { !$0.isFinite }
                })
            else { return nil }
            return Found(
                .hurt, learner.name,
                "\(learner.name)'s loss is not finite from step \(first.step) on.",
                advice:
                    "Try a smaller weight of the edge, a ramp, training.clip, or a smaller rate.")
        }
    }
}
