import Reporting
import Testing

/// How numbers are distributed over their range.
struct HistogramTests {
    @Test func numbersAreCountedByPartsOfTheirRange() throws {
        let histogram = try #require(Histogram(of: (0...30).map(Float.init)))
        #expect(histogram.range == 0...30 && histogram.count == 31)
        #expect(histogram.sum == 465 && histogram.sumOfSquares == 9455)
        // Each part begins with its lower bound; the last also holds the greatest number.
        #expect(histogram.counts == Array(repeating: 1, count: 29) + [2])
    }

    @Test func equalNumbersAreOnePart() throws {
        let histogram = try #require(Histogram(of: [Float](repeating: -2.5, count: 7)))
        #expect(histogram.range == -2.5 ... -2.5 && histogram.counts == [7])
    }

    @Test func whatIsNotFiniteIsLeftOut() throws {
        let histogram = try #require(Histogram(of: [1, .nan, .infinity, 3, -.infinity]))
        #expect(histogram.range == 1...3 && histogram.count == 2 && histogram.sum == 4)
        #expect(Histogram(of: [.nan]) == nil && Histogram(of: []) == nil)
    }

    /// No number is lost, whatever rounding does to the bounds.
    @Test(arguments: [Float(1e-30), 1, 3e37]) func everyNumberIsCounted(scale: Float) throws {
        let numbers = (0..<1000).map { Float($0 % 97 - 40) / 57 * scale }
        let histogram = try #require(Histogram(of: numbers))
        #expect(histogram.counts.reduce(0, +) == 1000 && histogram.count == 1000)
        #expect(histogram.counts.count == 30)
    }
}
