/// How a number moved over the whole of a training, in bounded memory: the means of equally many
/// reports each, twice as many whenever the memory is full.
struct Trend: Hashable, Sendable {
    private struct Point: Hashable {
        /// The last step that it covers.
        var step: Int
        var sum: Double
        var count: Int
        var mean: Double { sum / Double(count) }
    }

    /// The most points that are stored.
    static let capacity = 128

    private var points: [Point] = []
    /// How many reports make a point.
    private var stride = 1

    /// The means, from the first on.
    var values: [Double] { points.map(\.mean) }

    /// Takes the number of a step in. A number that is not finite is left out.
    mutating func add(_ value: Double, at step: Int) {
        guard value.isFinite else { return }
        if let last = points.last, last.count < stride {
            points[points.count - 1] = Point(
                step: step, sum: last.sum + value, count: last.count + 1)
        } else {
            if points.count == Self.capacity { halve() }
            points.append(Point(step: step, sum: value, count: 1))
        }
    }

    /// Forgets the steps after one, which are repeated.
    mutating func forget(after step: Int) { points.removeAll { $0.step > step } }

    private mutating func halve() {
        points = Swift.stride(from: 0, to: points.count, by: 2).map { index in
            let pair = points[index..<min(index + 2, points.count)]
            return Point(
                step: pair.last?.step ?? 0, sum: pair.reduce(0) { $0 + $1.sum },
                count: pair.reduce(0) { $0 + $1.count })
        }
        stride *= 2
    }
}
