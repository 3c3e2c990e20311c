import Foundation

/// Round numbers at which an axis is labelled (*Nice Numbers for Graph Labels*, Heckbert 1990).
public struct Ticks: Hashable, Sendable {
    /// Ascending, within the range.
    public let values: [Double]
    /// The range, or what it was widened to.
    public let range: ClosedRange<Double>

    /// - Parameters:
    ///   - range: what is shown, of more than one value.
    ///   - count: about how many ticks there should be, at least 2.
    ///   - widens: whether the range may grow to the next ticks outside.
    public init(
        _ range: ClosedRange<Double>, scale: Axis.Scale, count: Int, widens: Bool = false
    ) {
        let all = scale == .linear ? Self.linear(range, count) : Self.logarithmic(range, count)
        let (low, high) = (range.lowerBound, range.upperBound)
        let below = all.last { $0 <= low } ?? low
        let above = all.first { $0 >= high } ?? high
        self.range = widens ? min(below, low)...max(above, high) : range
        // A tick that rounding has put beside the end of the range is at its end.
        let slack = (self.range.upperBound - self.range.lowerBound) * 1e-9
        let shown = self.range.lowerBound - slack...self.range.upperBound + slack
        values = all.filter(shown.contains)
    }

    /// Multiples of a round step, from below the range to above it.
    private static func linear(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        let step = niceStep((range.upperBound - range.lowerBound) / Double(max(1, count - 1)))
        let first = (range.lowerBound / step + 1e-9).rounded(.down)
        let last = (range.upperBound / step - 1e-9).rounded(.up)
        guard last - first < 1000 else { return [range.lowerBound, range.upperBound] }
        return stride(from: first, through: last, by: 1).map { multiple($0, of: step) }
    }

    /// A multiple of 1, 2 or 5 times a power of ten, free of what binary fractions add to it.
    private static func multiple(_ factor: Double, of step: Double) -> Double {
        step < 1 ? factor / (1 / step).rounded(toDigits: 12) : factor * step
    }

    /// The least of 1, 2 and 5 times a power of ten that is no less than a step.
    static func niceStep(_ step: Double) -> Double {
        let power = pow(10, Foundation.log10(step).rounded(.down))
        let share = step / power * (1 - 1e-9)
        return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power
    }

    /// Powers of ten; in less than two decades also 2 and 5 times each.
    private static func logarithmic(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        let low = Foundation.log10(range.lowerBound)
        let high = Foundation.log10(range.upperBound)
        let first = Int((low + 1e-9).rounded(.down))
        let last = Int((high - 1e-9).rounded(.up))
        guard high - low >= 2 else {
            return (first...last).flatMap { decade in
                [1, 2, 5].map { $0 * pow(10, Double(decade)) }
            }
        }
        let stride = max(1, Int((Double(last - first) / Double(max(1, count - 1))).rounded(.up)))
        let start = Int((Double(first) / Double(stride)).rounded(.down)) * stride
        return Swift.stride(from: start, through: last + stride - 1, by: stride).map {
            pow(10, Double($0))
        }
    }
}

extension Double {
    /// The number with so many significant digits.
    fileprivate func rounded(toDigits digits: Int) -> Double {
        Double(String(format: "%.\(digits)g", self)) ?? self
    }
}
