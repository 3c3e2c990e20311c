/// How well the mean of a sample is known: a 95 % confidence interval by Student's t, which takes
/// the values for independent draws of one normal distribution.
public struct MeanInterval: Hashable, Sendable {
    /// The share of intervals that hold the true mean.
    public static let confidence = 0.95

    /// The interval.
    public let range: ClosedRange<Double>
    /// The two-sided p-value of the hypothesis that the true mean is 0.
    public let p: Double

    /// Nil of one value, and of values that do not differ: they show no spread to judge by.
    public init?(_ sample: SeedSample) {
        let (mean, count) = (sample.mean, sample.values.count)
        let error = sample.standardDeviation / Double(count).squareRoot()
        // What rounding adds to equal differences is no spread.
        guard count > 1, error > 1e-12 * max(1, abs(mean)) else { return nil }
        let distribution = StudentT(degreesOfFreedom: count - 1)
        let reach = distribution.critical(Self.confidence) * error
        range = mean - reach...mean + reach
        p = distribution.tails(beyond: mean / error)
    }
}

/// Holm's correction of p-values for their number (*A Simple Sequentially Rejective Multiple Test
/// Procedure*, 1979): that none of all differences is taken for real by chance is as probable as
/// for one difference alone.
public enum HolmCorrection {
    /// The corrected values, in the order of the given ones.
    public static func corrected(_ values: [Double]) -> [Double] {
        var corrected = values
        var greatest = 0.0
        let order = values.indices.sorted { values[$0] < values[$1] }
        for (place, index) in order.enumerated() {
            greatest = max(greatest, min(1, values[index] * Double(values.count - place)))
            corrected[index] = greatest
        }
        return corrected
    }
}
