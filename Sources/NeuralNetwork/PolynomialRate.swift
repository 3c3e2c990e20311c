import Foundation
import Options

/// A power of the share of the run that is left, from 1 down to a floor: *poly* of Liu et al. 2015
/// and of DeepLab (Chen et al. 2017). The power 1 is a straight line.
public struct PolynomialRate: LearningRateSchedule, Configurable {
    public static let name = "polynomial"
    public static let summary = "a power of what is left of the run (Liu et al. 2015)"

    /// Of the share that is left.
    public var power: Double
    /// As a share of the full rate.
    public var floor: Double

    /// - Parameters:
    ///   - power: of the share of the run that is left.
    ///   - floor: what remains at the end, as a share of the full rate.
    public init(power: Double = 1, floor: Double = 0) {
        (self.power, self.floor) = (power, floor)
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        power = options.value(
            "power", default: 1, in: 0.01...100, help: "of the share of the run that is left")
        floor = options.value(
            "floor", default: 0, in: 0...1, help: "what remains at the end, as a share")
    }

    /// The quarters.
    public func landmarks(from start: Int, of total: Int) -> [Int] {
        quarters(from: start, of: total)
    }

    /// floor + (1 − floor)·(1 − progress)^power.
    public func factor(at step: Int, from start: Int, of total: Int) -> Double {
        let progress = progress(at: step, from: start, of: total)
        return floor + (1 - floor) * pow(1 - progress, power)
    }
}
