/// How far two orders of the same things agree.
public enum RankCorrelation {
    /// Kendall's τ-b (Kendall 1945): (agreeing pairs − disagreeing ones) / √(n₁·n₂), with nᵢ the
    /// pairs that order i does not tie: 1 for the same order, −1 for the reverse, 0 for none.
    ///
    /// - Returns: nil where an order ties all, as it does with fewer than two things.
    /// - Precondition: there are as many of both.
    public static func kendall(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "\(a.count) and \(b.count) things")
        var (sum, untied) = (0.0, (a: 0.0, b: 0.0))
        for (i, j) in a.indices.flatMap({ i in a.indices[..<i].map { (i, $0) } }) {
            let (first, second) = (sign(a[i] - a[j]), sign(b[i] - b[j]))
            sum += first * second
            untied.a += abs(first)
            untied.b += abs(second)
        }
        guard untied.a > 0, untied.b > 0 else { return nil }
        return sum / (untied.a * untied.b).squareRoot()
    }

    private static func sign(_ number: Double) -> Double { number > 0 ? 1 : number < 0 ? -1 : 0 }
}
