/// A place in the coordinates of the data.
public struct Point: Hashable, Sendable {
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double

    /// A place.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A curve of a chart.
public struct Series: Hashable, Sendable {
    /// What the legend says.
    public var name: String
    /// In the order in which the line joins them. The line has a gap where a value is not finite,
    /// and where a logarithmic axis has no place for it.
    public var points: [Point]
    /// A band around the line, such as a standard deviation: the lower and the upper edge at each
    /// point; empty for none.
    public var band: [ClosedRange<Double>]
    /// How the line is drawn; nil for the stroke of its number.
    public var stroke: Stroke?

    /// A curve.
    ///
    /// - Precondition: a band has an entry for each point.
    public init(
        _ name: String, _ points: [Point], band: [ClosedRange<Double>] = [], stroke: Stroke? = nil
    ) {
        precondition(band.isEmpty || band.count == points.count)
        self.name = name
        self.points = points
        self.band = band
        self.stroke = stroke
    }
}
