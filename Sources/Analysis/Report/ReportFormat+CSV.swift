import Reporting

extension ReportFormat {
    /// The series, a row for each number: what plotting programs read.
    static let csv = ReportFormat("csv", "the series of every interval, a row for each number") {
        report, _ in
        DataTable(
            header: ["learner", "training", "kind", "step", "epoch", "quantity", "of", "value"],
            rows: report.history.learners.flatMap { SeriesRows($0, "taught").rows }
                + report.history.stages.flatMap { stage in
                    stage.learners.flatMap { SeriesRows($0, "stage \(stage.number)").rows }
                }
                + report.history.alone.flatMap { SeriesRows($0, "alone").rows },
            wordColumns: 0
        ).csv
    }
}

/// The numbers of a learner's intervals and epochs, each in a row.
private struct SeriesRows {
    let learner: LearnerHistory
    let training: String

    init(_ learner: LearnerHistory, _ training: String) {
        (self.learner, self.training) = (learner, training)
    }

    var rows: [[String]] {
        learner.intervals.flatMap(rows) + learner.epochs.flatMap(rows)
    }

    private func rows(of report: IntervalReport) -> [[String]] {
        let single: [(String, Double?)] = [
            ("task_loss", report.taskLoss), ("total_loss", report.totalLoss),
            ("rate", report.rate), ("gradient_norm", report.gradientNorm),
            ("task_gradient", report.taskGradient),
            ("step_seconds", report.stepSeconds),
        ]
        let gradients = report.terms.compactMapValues(\.gradient)
        let named: [(String, [String: Double])] = [
            ("divergence", report.divergence), ("agreement", report.agreement),
            ("codec_error", report.codecErrors), ("wait_seconds", report.waitSeconds),
            ("absences", (report.absences ?? [:]).mapValues(Double.init)),
            ("banked_samples", (report.banked ?? [:]).mapValues { Double($0.samples) }),
            ("banked_age", (report.banked ?? [:]).mapValues(\.age)),
            ("bytes_from", report.bytesFrom.mapValues(Double.init)),
            ("bytes_to", report.bytesTo.mapValues(Double.init)),
            ("term_value", report.terms.mapValues(\.value)),
            ("term_weight", report.terms.mapValues(\.weight)),
            ("term_open", report.terms.mapValues(\.open)),
            ("term_gradient_norm", gradients.mapValues(\.norm)),
            ("term_gradient_share", gradients.compactMapValues(\.share)),
            ("term_gradient_cosine", gradients.compactMapValues(\.cosine)),
        ]
        let figures = report.terms.sorted { $0.key < $1.key }.flatMap { term, found in
            (found.figures ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, term, $0.value) }
        }
        let numbers =
            single.compactMap { name, value in value.map { (name, "", $0) } }
            + named.flatMap { name, values in
                values.sorted { $0.key < $1.key }.map { (name, $0.key, $0.value) }
            } + figures
        return numbers.map { row("interval", report.step, report.epoch, $0) }
    }

    private func rows(of report: EpochReport) -> [[String]] {
        let single: [(String, Double?)] = [
            ("train_accuracy", report.trainAccuracy), ("train_loss", report.trainLoss),
            ("test_accuracy", report.testAccuracy), ("test_nll", report.testNLL),
            ("bits_per_byte", report.text?.bitsPerByte), ("ece", report.scores?.ece),
            ("f1", report.scores?.f1), ("ensemble_accuracy", report.ensembleAccuracy),
            ("seconds", report.seconds),
        ]
        let named = [
            ("exit_accuracy", report.exitAccuracies),
            ("average_accuracy", report.averageAccuracies), ("top_accuracy", report.scores?.top),
            ("class_accuracy", report.scores?.accuraciesByClass),
        ]
        let numbers =
            single.compactMap { name, value in value.map { (name, "", $0) } }
            + named.flatMap { name, values in
                (values ?? [:]).sorted { $0.key < $1.key }.map { (name, $0.key, $0.value) }
            }
        return numbers.map { row("epoch", report.step, report.epoch, $0) }
    }

    private func row(
        _ kind: String, _ step: Int, _ epoch: Int, _ number: (String, String, Double)
    ) -> [String] {
        [learner.name, training, kind, "\(step)", "\(epoch)", number.0, number.1, "\(number.2)"]
    }
}

extension ClassScores {
    /// The accuracies of classes that have samples, by their numbers.
    fileprivate var accuraciesByClass: [String: Double]? {
        classAccuracies.map { accuracies in
            Dictionary(
                uniqueKeysWithValues: accuracies.enumerated().compactMap { place, accuracy in
                    accuracy.map { ("\(place)", $0) }
                })
        }
    }
}
