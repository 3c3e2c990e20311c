import Options

/// How the learning rate moves over a run: a pure function of the step, the factor on the
/// optimiser's own rate.
public struct LearningRate: Sendable {
    /// When the rise from 0 has ended.
    public var warmup: Moment
    /// What the rate does after the rise.
    public var schedule: any LearningRateSchedule

    /// - Parameter warmup: when the rise from 0 ends; at once by default.
    public init(_ schedule: any LearningRateSchedule, warmup: Moment = Moment(0)) {
        self.schedule = schedule
        self.warmup = warmup
    }

    /// Reads `warmup`; the caller has read the schedule's own options.
    init(
        _ schedule: any LearningRateSchedule, options: inout OptionReader
    ) throws(SettingError) {
        let moment: Double = options.value(
            "warmup", default: 0, in: 0...1e9,
            help: "linear rise from 0: steps, or a share of the run if below 1")
        self.init(schedule, warmup: Moment(moment))
    }

    /// The factor of step `step`, counted from 0, in a run of `total` steps. Step s of a warm-up of
    /// w steps has the factor (s + 1) / w.
    public func factor(at step: Int, of total: Int) -> Float {
        let start = warmup.step(of: total)
        guard step >= start else { return Float(Double(step + 1) / Double(start)) }
        return Float(schedule.factor(at: step, from: start, of: total))
    }
}

/// A time within a run: a number of steps or, below 1, a share of the run's steps.
public struct Moment: Hashable, Sendable {
    /// Steps, or a share of the run where it is below 1.
    public var value: Double

    /// - Precondition: at least 0.
    public init(_ value: Double) {
        precondition(value >= 0, "a moment before the run")
        self.value = value
    }

    /// The step, counted from 0, of a run of `total` steps.
    public func step(of total: Int) -> Int {
        Int((value < 1 ? value * Double(total) : value).rounded())
    }
}

/// What the rate does after the warm-up.
public protocol LearningRateSchedule: Sendable {
    /// The factor of step `step` in a run of `total` steps whose warm-up ended at `start` ≤ `step`.
    func factor(at step: Int, from start: Int, of total: Int) -> Double
}

/// The schedules that configuration can name.
public enum LearningRates {
    /// A new schedule is its file and a line here; all have the option `warmup` beside their own.
    private static let schedules: [any (LearningRateSchedule & Configurable).Type] = [
        ConstantRate.self,
        CosineRate.self,
        StepRate.self,
    ]

    /// Makes a schedule of a name from its options and the warm-up's.
    public static let registry = Registry<LearningRate>(
        kind: "schedule",
        schedules.map { schedule in
            .init(schedule) { (options) throws(SettingError) in
                let made = try schedule.init(options: &options)
                return try LearningRate(made, options: &options)
            }
        })
}
