import Foundation
import Options

/// The same rate throughout.
public struct ConstantRate: LearningRateSchedule, OptionFree {
    public static let name = "constant"
    public static let summary = "the same rate throughout"

    /// A schedule without options.
    public init() {}

    /// Always 1.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double { 1 }
}

/// Half a cosine from 1 down to a floor, which the step after the last would reach.
public struct CosineRate: LearningRateSchedule, Configurable {
    public static let name = "cosine"
    public static let summary = "half a cosine down to a floor (Loshchilov and Hutter 2017)"

    /// As a share of the full rate.
    public var floor: Double

    /// - Parameter floor: what remains at the end, as a share of the full rate.
    public init(floor: Double = 0) {
        self.floor = floor
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        floor = options.value(
            "floor", default: 0, in: 0...1, help: "what remains at the end, as a share")
    }

    /// The quarters.
    public func landmarks(from start: Int, of total: Int) -> [Int] {
        quarters(from: start, of: total)
    }

    /// floor + (1 − floor)·(1 + cos(π·progress)) / 2.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double {
        let progress = progress(at: step, from: start, of: total)
        return floor + (1 - floor) * (1 + cos(.pi * progress)) / 2
    }
}

/// The rate is multiplied at given moments, which a warm-up does not shift.
public struct StepRate: LearningRateSchedule, Configurable {
    public static let name = "step"
    public static let summary = "times a factor at given moments"

    /// When the rate is multiplied.
    public enum Times: Hashable, Sendable {
        /// At each of these moments.
        case at([Moment])
        /// Again and again, this far apart.
        case every(Moment)
    }

    /// When the rate is multiplied.
    public var times: Times
    /// What it is multiplied by.
    public var factor: Double

    /// - Parameter factor: what the rate is multiplied by each time.
    public init(_ times: Times, factor: Double = 0.1) {
        self.times = times
        self.factor = factor
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        let at: [Double] = options.list(
            "at", default: [], help: "moments: steps, or shares of the run if below 1")
        let every = options.optional(
            "every", Double.self, in: 0...1e9, fallback: "none; without at either: 0.5, 0.75",
            help: "a moment that recurs, in place of at")
        guard at.allSatisfy({ (0...1e9).contains($0) }) else {
            throw options.failure("at", "lies in 0...1e9")
        }
        guard at.isEmpty || every == nil else {
            throw options.failure("every", "and at exclude each other")
        }
        times =
            every.map { .every(Moment($0)) }
            ?? .at(at.isEmpty ? [.share(0.5), .share(0.75)] : at.map { Moment($0) })
        factor = options.value("factor", default: 0.1, in: 0...1)
    }

    /// Its moments, in steps.
    public func scaled(by steps: Double) -> any LearningRateSchedule {
        switch times {
        case .at(let moments):
            StepRate(.at(moments.map { $0.scaled(by: steps) }), factor: factor)
        case .every(let period): StepRate(.every(period.scaled(by: steps)), factor: factor)
        }
    }

    /// The moments, or the first ten times of a moment that recurs.
    public func milestones(of total: Int) -> [Int] {
        switch times {
        case .at(let moments): moments.map { $0.step(of: total) }
        case .every(let period): (1...10).map { $0 * max(1, period.step(of: total)) }
        }
    }

    /// The factor to the power of how many times have passed.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double {
        let passed =
            switch times {
            case .at(let moments): moments.count { $0.step(of: total) <= step }
            case .every(let period): step / max(1, period.step(of: total))
            }
        return pow(factor, Double(passed))
    }
}
