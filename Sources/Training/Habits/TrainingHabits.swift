import CohortGraph
import Datasets
import Options

/// Habits of training beside budget, batch, optimiser and schedule, each of them optional.
///
/// A habit is a property here and a line in each of ``keys``, ``init(options:)`` and ``setting``.
/// What it does stands with the step, the evaluation or the samples that it concerns, which find
/// it in the learner's ``TrainingPlan``.
public struct TrainingHabits: Hashable, Sendable {
    /// How many batches one update of the weights averages the gradients of; nil for one.
    public var accumulate: Int?
    /// How much each class counts in the loss on the learner's own labels; nil for all alike.
    public var classWeights: ClassWeights?
    /// How samples are mixed with one another; nil for samples as they are. The whole cohort's.
    public var mixing: SampleMixing?
    /// By what the best evaluation is told, whose weights are kept; nil keeps none.
    public var best: BestMeasure?
    /// After how many evaluations without a better one the learner stops learning; nil for never.
    public var patience: Int?
    /// The decay of a moving average of the weights that is evaluated beside them; nil for none.
    public var average: Double?

    /// None of them.
    public init() {}

    /// The key of each habit in `training`.
    public static let keys =
        ["accumulate", "class-weights", "best", "patience", "average"] + shared

    /// The keys of those that are the whole cohort's.
    public static let shared = SampleMixing.keys

    /// Reads them from `training`.
    public init(options: inout OptionReader) {
        accumulate = options.optional(
            "accumulate", Int.self, in: 1...1_000_000, help: "batches of one update")
        classWeights = options.value(
            "class-weights", default: ("none", nil), help: ClassWeights.forms,
            by: ClassWeights.init)
        mixing = SampleMixing(options: &options)
        best = options.value(
            "best", default: ("none", nil), help: BestMeasure.forms, by: BestMeasure.init)
        patience = options.optional(
            "patience", Int.self, in: 1...1_000_000,
            help: "evaluations without a better one, after which it stops learning")
        average = options.optional(
            "average", Double.self, in: 1e-6...1,
            help: "the part of the average that stays at a step")
    }

    /// Those that are set, in full form.
    public var setting: Setting {
        .map([
            "accumulate": accumulate.map(Setting.scalar), "class-weights": classWeights?.setting,
            "mixup": mixing?.setting(of: "mixup"), "cutmix": mixing?.setting(of: "cutmix"),
            "best": best.map { .scalar($0.rawValue) },
            "patience": patience.map(Setting.scalar), "average": average.map(Setting.scalar),
        ])
    }
}

extension TrainingHabits {
    /// The versions of its weights that a learner stores beside the current ones.
    ///
    /// The average has the running moments averaged too: nothing else computes with it, which would
    /// move moments of its own.
    public var versions: Set<ModelVersion> {
        let mean = average.map {
            ModelVersion.average(MovingAverage(decay: $0, moments: .averaged))
        }
        return Set([mean, best.map { _ in ModelVersion.best }].compactMap(\.self))
    }

    /// Whether the gradients that were collected are due at a step, counted from 0.
    ///
    /// - Parameter steps: for how many steps the learner trains: the last one is never left out.
    func updates(at step: Int, of steps: Int) -> Bool {
        (step + 1).isMultiple(of: accumulate ?? 1) || step + 1 == steps
    }
}
