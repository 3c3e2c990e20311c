import Reporting

extension ExplanationRule {
    /// From this expected calibration error on, in points, a learner's probabilities mislead.
    private static let badError = 5.0
    /// Smaller differences of the error to training alone are called none, in points.
    private static let leastErrorChange = 2.0

    /// Whether the probabilities of answers tell how often they are right, and what teaching did
    /// to that.
    static let calibration = ExplanationRule(
        "calibration",
        when: "the expected calibration error (ECE) is \(badError) points or more, or teaching"
            + " changed it by \(leastErrorChange) or more"
    ) { report in
        report.learners.compactMap { learner in
            guard learner.isFinished, let scores = learner.scores else { return nil }
            let change = learner.aloneScores.map { (scores.ece - $0.ece) * 100 } ?? 0
            if abs(change) >= leastErrorChange, let alone = learner.aloneScores {
                return changed(learner.name, scores, alone, by: change)
            }
            return scores.ece * 100 >= badError ? bad(learner.name, scores) : nil
        }
    }

    private static func changed(
        _ name: String, _ scores: ClassScores, _ alone: ClassScores, by change: Double
    ) -> Found {
        let size = Text.fixed(abs(change), decimals: 2)
        let course = "ECE \(Text.percent(alone.ece)) alone, \(Text.percent(scores.ece)) taught"
        let repeated =
            "One run shows no spread: repeat it by --seeds 3, and see `cohort compare"
            + " --figure ece`."
        guard change > 0 else {
            return Found(
                .helped, name,
                "Teaching made the probabilities of \(name) better calibrated, by \(size) points:"
                    + " \(course).", advice: repeated)
        }
        return Found(
            .hurt, name,
            "Teaching made the probabilities of \(name) worse calibrated, by \(size) points:"
                + " \(course); \(scores.tendency).",
            advice: "\(repeated) \(scores.remedy)")
    }

    private static func bad(_ name: String, _ scores: ClassScores) -> Found {
        Found(
            .note, name,
            "The probabilities of \(name) are badly calibrated (ECE \(Text.percent(scores.ece))):"
                + " \(scores.tendency).", advice: scores.remedy)
    }
}

extension ClassScores {
    /// The mean probability of an answer, and the share that is right.
    private var means: (confidence: Double, accuracy: Double) {
        calibration.reduce((0, 0)) { sums, bin in
            (sums.0 + bin.share * bin.confidence, sums.1 + bin.share * bin.accuracy)
        }
    }

    private var isOverconfident: Bool { means.confidence > means.accuracy }

    /// `it is overconfident: its answers have a mean probability of 96.10%, and 88.00% are right`
    fileprivate var tendency: String {
        "it is \(isOverconfident ? "over" : "under")confident: its answers have a mean probability of"
            + " \(Text.percent(means.confidence)), and \(Text.percent(means.accuracy)) are right"
    }

    fileprivate var remedy: String {
        isOverconfident
            ? "Against overconfidence try training.smoothing=0.1, more augmentation, fewer epochs, or"
                + " a higher temperature of its edges."
            : "Against underconfidence try more epochs, less smoothing or augmentation, or a lower"
                + " temperature of its edges."
    }
}
