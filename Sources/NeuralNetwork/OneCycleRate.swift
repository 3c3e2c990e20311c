import Foundation
import Options

/// One rise to the full rate and one longer fall far below its beginning, each half a cosine
/// (*Super-Convergence*, Smith and Topin 2018), as PyTorch's `OneCycleLR` has it. The momentum
/// stays as it is.
public struct OneCycleRate: LearningRateSchedule, Configurable {
    public static let name = "one-cycle"
    public static let summary = "one rise and one long fall (Smith and Topin 2018)"

    /// How many steps the rise takes; its last has the full rate.
    public var rise: Moment
    /// The rate of the first step, as a share of the full rate.
    public var start: Double
    /// The rate of the last step, as a share of the full rate.
    public var end: Double

    /// The defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - rise: how many steps the rise takes.
    ///   - start: the rate of the first step, as a share of the full rate.
    ///   - end: the rate of the last step, as a share of the full rate.
    public init(rise: Moment = Moment(0.3), start: Double = 0.04, end: Double = 4e-6) {
        (self.rise, self.start, self.end) = (rise, start, end)
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        let rise = options.optional(
            "rise", Double.self, in: 0...1e9, fallback: "0.3",
            help: "how long the rate rises: steps, or a share of the run if below 1")
        self.rise = rise.map { Moment($0) } ?? .share(0.3)
        start = options.value(
            "start", default: 0.04, in: 0...1, help: "the first step's rate, as a share")
        end = options.value(
            "end", default: 4e-6, in: 0...1, help: "the last step's rate, as a share")
    }

    /// Its rise, in steps.
    public func scaled(by steps: Double) -> any LearningRateSchedule {
        OneCycleRate(rise: rise.scaled(by: steps), start: self.start, end: end)
    }

    /// The step with the full rate, and the middle of the fall.
    public func landmarks(from start: Int, of total: Int) -> [Int] {
        let peak = start + peak(of: total - start)
        return [peak, (peak + total) / 2]
    }

    /// From one rate to another along half a cosine, before and after the peak.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double {
        let (place, last) = (step - start, total - start - 1)
        let peak = peak(of: total - start)
        if place < peak { return between(self.start, 1, at: Double(place) / Double(peak)) }
        guard last > peak else { return 1 }
        return between(1, end, at: min(1, Double(place - peak) / Double(last - peak)))
    }

    /// The step of the full rate, from the cycle's first on.
    private func peak(of steps: Int) -> Int {
        min(max(0, rise.step(of: steps) - 1), max(0, steps - 1))
    }

    private func between(_ first: Double, _ second: Double, at progress: Double) -> Double {
        second + (first - second) * (1 + cos(.pi * progress)) / 2
    }
}
