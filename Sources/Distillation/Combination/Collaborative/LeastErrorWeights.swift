/// The weights, of sum 1, of the mean with the least expected square error: w = C⁻¹1 / (1ᵀC⁻¹1)
/// (Perrone and Cooper 1993), as KDCL's general target has it.
///
/// Members whose errors nearly coincide get weights of opposite signs, and the mean leaves the
/// range of its members. Whoever has the most negative weight is therefore left out, and the rest
/// solved again.
///
/// - Parameters:
///   - covariance: of the members' errors, count × count; an empty one gives equal weights.
///   - count: how many members there are.
func leastErrorWeights(_ covariance: [[Double]], count: Int) -> [Double] {
    let equal = [Double](repeating: 1 / Double(count), count: count)
    guard !covariance.isEmpty else { return equal }
    precondition(
        covariance.count == count && covariance.allSatisfy { $0.count == count },
        "the covariance is of \(covariance.count), not of \(count)")
    var members = Array(0..<count)
    while let solved = unconstrainedWeights(members.map { i in members.map { covariance[i][$0] } })
    {
        guard let least = solved.indices.min(by: { solved[$0] < solved[$1] }), solved[least] < 0
        else {
            return zip(members, solved).reduce(into: equal.map { _ in 0 }) { $0[$1.0] = $1.1 }
        }
        members.remove(at: least)
    }
    return equal
}

/// C⁻¹1 / (1ᵀC⁻¹1) by a Cholesky factor of C with a trace of 10⁻⁹ added; nil where C is none.
private func unconstrainedWeights(_ covariance: [[Double]]) -> [Double]? {
    let count = covariance.count
    let ridge = 1e-9 * covariance.indices.reduce(0) { $0 + covariance[$1][$1] } / Double(count)
    var factor = covariance
    for i in 0..<count {
        for j in 0...i {
            let known = (0..<j).reduce(0) { $0 + factor[i][$1] * factor[j][$1] }
            let rest = covariance[i][j] - known + (i == j ? ridge : 0)
            guard i == j else {
                factor[i][j] = rest / factor[j][j]
                continue
            }
            guard rest > 0, rest.isFinite else { return nil }
            factor[i][i] = rest.squareRoot()
        }
    }
    let solution = solve(factor)
    let total = solution.reduce(0, +)
    return total > 0 && total.isFinite ? solution.map { $0 / total } : nil
}

/// The solution of L·Lᵀ·x = 1.
private func solve(_ factor: [[Double]]) -> [Double] {
    let count = factor.count
    var x = [Double](repeating: 1, count: count)
    for i in 0..<count {
        x[i] = (x[i] - (0..<i).reduce(0) { $0 + factor[i][$1] * x[$1] }) / factor[i][i]
    }
    for i in (0..<count).reversed() {
        x[i] = (x[i] - (i + 1..<count).reduce(0) { $0 + factor[$1][i] * x[$1] }) / factor[i][i]
    }
    return x
}
