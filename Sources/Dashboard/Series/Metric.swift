import Reporting

/// A number of a learner that the page can draw: one line of ``all``.
struct Metric: Sendable {
    /// How the page writes a number.
    enum Unit: String, Sendable {
        /// A share of one, written in per cent.
        case share
        case nats, bits, seconds, plain
    }

    /// As in `metrics.jsonl` where the number stands there as it is.
    let name: String
    /// For people.
    let title: String
    let unit: Unit
    /// The number in a record; nil where it has none.
    let value: @Sendable (Record.Body) -> Double?

    /// In the order of the page's choice; the first is shown first.
    static let all: [Metric] = [
        interval("total_loss", "Loss, teaching included", .nats) { $0.totalLoss },
        epoch("test_accuracy", "Test accuracy", .share) { $0.testAccuracy },
        interval("task_loss", "Loss on the labels", .nats) { $0.taskLoss },
        interval("teaching", "Loss of the teaching terms", .nats) { report in
            report.terms.isEmpty ? nil : report.terms.values.reduce(0) { $0 + $1.value }
        },
        interval("divergence", "Mean divergence from teachers", .nats) { mean($0.divergence) },
        interval("agreement", "Mean agreement with teachers", .share) { mean($0.agreement) },
        epoch("ensemble_accuracy", "Accuracy of the ensemble", .share) { $0.ensembleAccuracy },
        epoch("test_nll", "Test loss (NLL)", .nats) { $0.testNLL },
        epoch("bits_per_byte", "Bits per byte of the test text", .bits) { $0.text?.bitsPerByte },
        epoch("train_accuracy", "Training accuracy", .share) { $0.trainAccuracy },
        epoch("train_loss", "Training loss of the epoch", .nats) { $0.trainLoss },
        interval("rate", "Learning rate", .plain) { $0.rate },
        interval("gradient_norm", "Norm of the gradient", .plain) { $0.gradientNorm },
        interval("step_seconds", "Duration of a step", .seconds) { $0.stepSeconds },
        interval("wait_seconds", "Waiting in a step", .seconds) { report in
            report.waitSeconds.isEmpty ? nil : report.waitSeconds.values.reduce(0, +)
        },
    ]

    private static func interval(
        _ name: String, _ title: String, _ unit: Unit,
        _ value: @escaping @Sendable (IntervalReport) -> Double?
    ) -> Metric {
        Metric(name: name, title: title, unit: unit) { body in
            if case .interval(let report) = body { value(report) } else { nil }
        }
    }

    private static func epoch(
        _ name: String, _ title: String, _ unit: Unit,
        _ value: @escaping @Sendable (EpochReport) -> Double?
    ) -> Metric {
        Metric(name: name, title: title, unit: unit) { body in
            if case .epoch(let report) = body { value(report) } else { nil }
        }
    }

    private static func mean(_ values: [String: Double]) -> Double? {
        values.isEmpty ? nil : values.values.reduce(0, +) / Double(values.count)
    }
}
