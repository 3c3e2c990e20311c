/// A figure that a term reports beside its value: the mean of what it counted.
public struct Figure: Hashable, Sendable {
    private let sum: Double
    private let count: Double

    /// The mean of so many numbers.
    ///
    /// - Precondition: there is at least one.
    public init(_ mean: Double, of count: Int = 1) {
        precondition(count > 0, "a mean of nothing")
        self.init(sum: mean * Double(count), count: Double(count))
    }

    private init(sum: Double, count: Double) {
        (self.sum, self.count) = (sum, count)
    }

    /// The mean.
    public var mean: Double { sum / count }

    /// The figure of what both counted.
    public static func + (one: Figure, other: Figure) -> Figure {
        Figure(sum: one.sum + other.sum, count: one.count + other.count)
    }
}

extension [String: Figure] {
    /// The figures of both; of a name that both have, the figure of what both counted.
    public static func + (one: Self, other: Self) -> Self {
        one.merging(other) { $0 + $1 }
    }
}
