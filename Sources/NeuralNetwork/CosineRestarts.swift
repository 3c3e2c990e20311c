import Foundation
import Options

/// Half a cosine from 1 down to a floor, again and again (*SGDR*, Loshchilov and Hutter 2017): the
/// rate of snapshot ensembles (Huang et al. 2017) and of snapshot distillation.
public struct CosineRestarts: LearningRateSchedule, Configurable {
    public static let name = "restarts"
    public static let summary = "half a cosine again and again (Loshchilov and Hutter 2017)"

    /// How long a cycle is.
    public var every: Moment
    /// As a share of the full rate.
    public var floor: Double

    /// - Parameters:
    ///   - every: how long a cycle is; the last one may be cut short.
    ///   - floor: what remains at the end of a cycle, as a share of the full rate.
    public init(every: Moment, floor: Double = 0) {
        (self.every, self.floor) = (every, floor)
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        let every = options.optional(
            "every", Double.self, in: 1e-9...1e9, fallback: "0.25",
            help: "the length of a cycle: steps, or a share of the run if below 1")
        self.every = every.map { Moment($0) } ?? .share(0.25)
        floor = options.value(
            "floor", default: 0, in: 0...1, help: "what remains at a cycle's end, as a share")
    }

    /// Its cycle, in steps.
    public func scaled(by steps: Double) -> any LearningRateSchedule {
        CosineRestarts(every: every.scaled(by: steps), floor: floor)
    }

    /// The steps with which the first ten cycles but one begin.
    public func landmarks(from start: Int, of total: Int) -> [Int] {
        (1...9).map { start + $0 * length(of: total) }
    }

    /// As many as there are within ten cycles.
    public func milestones(of total: Int) -> [Int] { (1...9).map { $0 * length(of: total) } }

    /// floor + (1 − floor)·(1 + cos(π·t)) / 2, t the share of the cycle that has passed.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double {
        let length = length(of: total)
        let progress = Double((step - start) % length) / Double(length)
        return floor + (1 - floor) * (1 + cos(.pi * progress)) / 2
    }

    /// Of a cycle, in steps.
    private func length(of total: Int) -> Int { max(1, every.step(of: total)) }
}
