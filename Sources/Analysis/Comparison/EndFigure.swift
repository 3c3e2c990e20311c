/// A number that learners end with, by which runs are compared.
public struct EndFigure: Sendable {
    /// How a figure is written.
    public enum Unit: String, Codable, Sendable {
        /// In 0...1, written in per cent; differences are in percentage points.
        case share
        /// As it is.
        case plain
    }

    /// Which values are better.
    public enum Aim: String, Codable, Sendable {
        case higher, lower
        /// Neither: it describes.
        case none
    }

    /// As in `summary.json` and `metrics.jsonl`: `test_accuracy`.
    public let name: String
    /// In words, with its unit.
    public let title: String
    /// How it is written.
    public let unit: Unit
    /// Which values are better.
    public let aim: Aim
    /// The values, by what follows the name and a dot; by an empty text where nothing does.
    private let read: @Sendable (LearnerOutcome) -> [String: Double]

    /// A figure of which a learner has one.
    init(
        _ name: String, _ title: String, _ unit: Unit, _ aim: Aim,
        one: @escaping @Sendable (LearnerOutcome) -> Double?
    ) {
        self.init(name, title, unit, aim) { one($0).map { ["": $0] } ?? [:] }
    }

    /// A figure of which a learner may have several: of its exits, terms, tasks.
    init(
        _ name: String, _ title: String, _ unit: Unit, _ aim: Aim,
        each: @escaping @Sendable (LearnerOutcome) -> [String: Double]
    ) {
        (self.name, self.title, self.unit, self.aim) = (name, title, unit, aim)
        read = each
    }

    /// What a learner has of the figure, by the whole name: `exit_accuracies.exit1`.
    public func values(of outcome: LearnerOutcome) -> [String: Double] {
        var values: [String: Double] = [:]
        for (key, value) in read(outcome) where value.isFinite {
            values[key.isEmpty ? name : "\(name).\(key)"] = value
        }
        return values
    }
}

/// The figures by which runs can be compared. A new one is a line here.
public enum EndFigures {
    /// In the order in which they are listed.
    public static let all: [EndFigure] = [
        EndFigure("test_accuracy", "test accuracy", .share, .higher, one: \.summary.testAccuracy),
        EndFigure("test_nll", "test NLL, nats", .plain, .lower, one: \.epochs.last?.testNLL),
        EndFigure(
            "ece", "expected calibration error", .share, .lower, one: \.epochs.last?.scores?.ece),
        EndFigure(
            "f1", "test F1, mean over classes", .share, .higher, one: \.epochs.last?.scores?.f1),
        EndFigure(
            "top", "share of samples whose class is among the first", .share, .higher,
            each: { $0.epochs.last?.scores?.top ?? [:] }),
        EndFigure(
            "bits_per_byte", "bits per byte", .plain, .lower, one: \.summary.text?.bitsPerByte),
        EndFigure("perplexity", "perplexity", .plain, .lower, one: \.summary.text?.perplexity),
        EndFigure(
            "train_accuracy", "train accuracy of the last epoch", .share, .none,
            one: \.epochs.last?.trainAccuracy),
        EndFigure(
            "exit_accuracies", "test accuracy of an early exit", .share, .higher,
            each: { $0.summary.exitAccuracies ?? [:] }),
        EndFigure(
            "average_accuracies", "test accuracy of an average of weights", .share, .higher,
            each: { $0.summary.averageAccuracies ?? [:] }),
        EndFigure(
            "epsilon", "ε that private votes spent", .plain, .lower,
            each: { ($0.summary.privacy ?? [:]).mapValues(\.epsilon) }),
        EndFigure(
            "average_accuracy", "mean accuracy of all tasks", .share, .higher,
            one: \.summary.tasks?.averageAccuracy),
        EndFigure(
            "forgetting", "forgetting of tasks", .share, .lower, one: \.summary.tasks?.forgetting),
        EndFigure(
            "backward_transfer", "backward transfer", .share, .higher,
            one: \.summary.tasks?.backwardTransfer),
        EndFigure("seconds", "seconds of training", .plain, .lower, one: \.end?.seconds),
        EndFigure(
            "peak_memory", "peak memory, MB", .plain, .lower,
            one: { $0.end?.peakMemory.map { Double($0) / 1e6 } }),
    ]
}
