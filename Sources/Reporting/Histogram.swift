/// How the numbers of a tensor are distributed.
public struct Histogram: Hashable, Sendable {
    /// The least and the greatest number.
    public let range: ClosedRange<Double>
    /// How many numbers there are.
    public let count: Int
    /// The sum of the numbers.
    public let sum: Double
    /// The sum of their squares.
    public let sumOfSquares: Double
    /// How many numbers lie in each part of the range; the parts are of equal width, and each
    /// begins with its lower bound. Where all numbers are equal there is one part.
    public let counts: [Int]

    /// Parts of a range, as many as TensorBoard's own histograms have.
    static let parts = 30

    /// The distribution of finite numbers; nil where there is none. Others are left out.
    public init?(of numbers: some Collection<Float>) {
        let known = numbers.lazy.filter(\.isFinite).map(Double.init)
        guard let low = known.min(), let high = known.max() else { return nil }
        var counts = Array(repeating: 0, count: low < high ? Self.parts : 1)
        var (sum, squares) = (0.0, 0.0)
        for number in known {
            sum += number
            squares += number * number
            let place = low < high ? (number - low) / (high - low) * Double(Self.parts) : 0
            counts[min(Int(place), counts.count - 1)] += 1
        }
        (range, count) = (low...high, counts.reduce(0, +))
        (self.sum, sumOfSquares, self.counts) = (sum, squares, counts)
    }

    /// The upper bounds of the parts.
    var limits: [Double] {
        let width = (range.upperBound - range.lowerBound) / Double(counts.count)
        return counts.indices.map { place in
            place == counts.count - 1
                ? range.upperBound : range.lowerBound + Double(place + 1) * width
        }
    }
}
