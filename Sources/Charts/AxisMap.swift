import Foundation

/// An axis with a place in an image: which pixel a value lies on.
public struct AxisMap: Hashable, Sendable {
    /// How values are spread.
    public let scale: Axis.Scale
    /// From where to where the axis reaches.
    public let domain: ClosedRange<Double>
    /// The pixel of the lower bound.
    public let start: Double
    /// The pixel of the upper bound.
    public let end: Double

    /// Where a value lies; nil where the axis has no place for it.
    public func position(of value: Double) -> Double? {
        guard value.isFinite, scale == .linear || value > 0 else { return nil }
        return start + share(of: value) * (end - start)
    }

    /// How far along the axis a value lies: 0 at the lower bound, 1 at the upper.
    private func share(of value: Double) -> Double {
        let (low, high) = (domain.lowerBound, domain.upperBound)
        switch scale {
        case .linear: return (value - low) / (high - low)
        case .log: return Foundation.log(value / low) / Foundation.log(high / low)
        }
    }
}
