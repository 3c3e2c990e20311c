import Foundation

/// Student's t distribution.
///
/// Its distribution function is an incomplete beta function (DLMF 8.17): P(|T| > t) = I_x(n/2, ½)
/// with x = n / (n + t²).
public struct StudentT: Hashable, Sendable {
    /// At least 1.
    public let degreesOfFreedom: Double

    /// A distribution.
    ///
    /// - Precondition: there is a degree of freedom.
    public init(degreesOfFreedom: Int) {
        precondition(degreesOfFreedom >= 1, "one value has no spread")
        self.degreesOfFreedom = Double(degreesOfFreedom)
    }

    /// P(|T| > |t|): the two-sided p-value of a statistic.
    public func tails(beyond t: Double) -> Double {
        let square = t * t
        guard square.isFinite else { return 0 }
        // The smaller of the two arguments, where the complement would lose all digits.
        return square < degreesOfFreedom
            ? 1
                - IncompleteBeta.ratio(
                    square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2)
            : IncompleteBeta.ratio(
                degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5)
    }

    /// The t with P(|T| ≤ t) = `confidence`, by bisection: 12.71 for 0.95 and one degree of
    /// freedom.
    ///
    /// - Precondition: the confidence lies between 0 and 1.
    public func critical(_ confidence: Double) -> Double {
        precondition(confidence > 0 && confidence < 1)
        var low = 0.0
        var high = 1.0
        while tails(beyond: high) > 1 - confidence { (low, high) = (high, high * 2) }
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if tails(beyond: middle) > 1 - confidence { low = middle } else { high = middle }
        }
    }
}

/// The regularized incomplete beta function.
enum IncompleteBeta {
    /// I_x(a, b) for x in 0...1.
    static func ratio(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0, x < 1 else { return x <= 0 ? 0 : 1 }
        let scale = exp(
            lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
        // The fraction converges quickly on this side of the mean.
        return x < (a + 1) / (a + b + 2)
            ? scale * fraction(x, a, b) / a : 1 - scale * fraction(1 - x, b, a) / b
    }

    /// The continued fraction DLMF 8.17.22, by the method of Lentz (1976).
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var value = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            for part in [even, odd] {
                d = 1 / kept(1 + part * d)
                c = kept(1 + part / c)
                value *= c * d
            }
            if abs(c * d - 1) < 1e-16 { break }
        }
        return value
    }
}
