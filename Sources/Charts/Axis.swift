/// An axis of a chart.
public struct Axis: Hashable, Sendable {
    /// How values are spread over the axis.
    public enum Scale: String, CaseIterable, Sendable {
        /// By their differences.
        case linear
        /// By their ratios. It has no place for 0 and for negative values.
        case log
    }

    /// How ticks are labelled.
    public enum Labels: Hashable, Sendable {
        /// By the values.
        case plain
        /// By the values in per cent: 0.5 is `50%`.
        case percent
    }

    /// What is measured, with its unit.
    public var title: String
    /// How values are spread.
    public var scale: Scale
    /// How ticks are labelled.
    public var labels: Labels
    /// From where to where it reaches; nil for as far as the values do.
    public var range: ClosedRange<Double>?

    /// An axis, as far as its values reach by default.
    ///
    /// - Precondition: a range of a logarithmic axis is positive.
    public init(
        _ title: String, scale: Scale = .linear, labels: Labels = .plain,
        range: ClosedRange<Double>? = nil
    ) {
        precondition(scale == .linear || range.map { $0.lowerBound > 0 } ?? true)
        self.title = title
        self.scale = scale
        self.labels = labels
        self.range = range
    }

    /// Whether the axis has a place for a value.
    func holds(_ value: Double) -> Bool { value.isFinite && (scale == .linear || value > 0) }

    /// From where to where it must reach for these values; nil where it has a place for none.
    func extent(of values: some Sequence<Double>) -> ClosedRange<Double>? {
        if let range { return range }
        var extent: ClosedRange<Double>?
        for value in values where holds(value) {
            let now = extent ?? value...value
            extent = min(now.lowerBound, value)...max(now.upperBound, value)
        }
        return extent.map(widened)
    }

    /// A range that is more than one value.
    private func widened(_ extent: ClosedRange<Double>) -> ClosedRange<Double> {
        let value = extent.lowerBound
        guard extent.upperBound <= value else { return extent }
        guard scale == .linear else { return value / 2...value * 2 }
        let margin = value == 0 ? 1 : abs(value) / 2
        return value - margin...value + margin
    }
}
