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

    /// What the moments of a configuration are counted in.
    public enum Unit: String, CaseIterable, Sendable {
        /// Steps, and below 1 shares of the run.
        case steps
        /// Epochs, whole or not.
        case epochs
    }

    /// What its moments are counted in; see ``inSteps(_:)``.
    public private(set) var unit = Unit.steps

    /// The same rate with all moments in steps.
    ///
    /// - Parameter stepsPerEpoch: on average.
    public func inSteps(_ stepsPerEpoch: Double) -> LearningRate {
        guard unit == .epochs else { return self }
        return LearningRate(
            schedule.scaled(by: stepsPerEpoch), warmup: warmup.scaled(by: stepsPerEpoch))
    }

    /// The steps of a run of `total` at which the course of the rate is best looked at, ascending.
    public func landmarks(of total: Int) -> [Int] {
        let start = warmup.step(of: total)
        let all = [0, start, total - 1] + schedule.landmarks(from: start, of: total)
        return Set(all.filter { (0..<max(1, total)).contains($0) }).sorted()
    }

    /// Reads `warmup` and `in`; the caller has read the schedule's own options.
    init(
        _ schedule: any LearningRateSchedule, options: inout OptionReader
    ) throws(SettingError) {
        let moment: Double = options.value(
            "warmup", default: 0, in: 0...1e9,
            help: "linear rise from 0: steps, or a share of the run if below 1")
        self.init(schedule, warmup: Moment(moment))
        unit = options.choice("in", default: .steps, help: "what moments count")
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
    /// Steps, or a share of the run.
    public var value: Double
    /// Whether it is a share of the run.
    public var isShare: Bool
    /// Whether a unit was meant: not by what stands for moments that nobody wrote.
    private let hasUnit: Bool

    /// Steps, or a share of the run where it is below 1.
    ///
    /// - Precondition: at least 0.
    public init(_ value: Double) {
        precondition(value >= 0, "a moment before the run")
        (self.value, isShare, hasUnit) = (value, value < 1, true)
    }

    private init(_ value: Double, isShare: Bool) {
        (self.value, self.isShare, hasUnit) = (value, isShare, false)
    }

    /// A share of the run, whatever the unit.
    static func share(_ value: Double) -> Moment { Moment(value, isShare: true) }

    /// A moment that was written in units of so many steps.
    func scaled(by steps: Double) -> Moment {
        hasUnit ? Moment(value * steps, isShare: false) : self
    }

    /// The step, counted from 0, of a run of `total` steps.
    public func step(of total: Int) -> Int {
        Int((isShare ? value * Double(total) : value).rounded())
    }
}

/// What the rate does after the warm-up.
public protocol LearningRateSchedule: Sendable {
    /// The factor of step `step` in a run of `total` steps whose warm-up ended at `start` ≤ `step`.
    func factor(at step: Int, from start: Int, of total: Int) -> Double

    /// The same schedule, whose moments were written in units of so many steps.
    func scaled(by steps: Double) -> any LearningRateSchedule

    /// The steps at which the course of the rate is best looked at, beside the first and the last.
    func landmarks(from start: Int, of total: Int) -> [Int]

    /// The steps at which the rate changes at once, be they after the end of the run.
    func milestones(of total: Int) -> [Int]
}

extension LearningRateSchedule {
    /// Itself: it has no moments.
    public func scaled(by steps: Double) -> any LearningRateSchedule { self }

    /// Its milestones.
    public func landmarks(from start: Int, of total: Int) -> [Int] { milestones(of: total) }

    /// None.
    public func milestones(of total: Int) -> [Int] { [] }

    /// The share, in 0...1, of the steps after the warm-up that have passed.
    func progress(at step: Int, from start: Int, of total: Int) -> Double {
        min(1, Double(step - start) / Double(max(1, total - start)))
    }

    /// The quarters of the steps after the warm-up.
    func quarters(from start: Int, of total: Int) -> [Int] {
        (1...3).map { start + $0 * (total - start) / 4 }
    }
}

/// The schedules that configuration can name.
public enum LearningRates {
    /// A new schedule is its file and a line here; all have the option `warmup` beside their own.
    private static let schedules: [any (LearningRateSchedule & Configurable).Type] = [
        ConstantRate.self,
        CosineRate.self,
        CosineRestarts.self,
        OneCycleRate.self,
        PolynomialRate.self,
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
