/// The weights, of sum 1, of the mean with the least expected square error wᵀCw (Perrone and
/// Cooper 1993).
struct LeastErrorWeights {
    /// C + ε·I, divided by the mean of C's diagonal.
    private let matrix: [[Double]]

    /// - Parameters:
    ///   - covariance: C, of the members' errors.
    ///   - epsilon: ε, by the mean of C's diagonal.
    /// - Returns: nil where C is zero or not finite.
    init?(_ covariance: [[Double]], epsilon: Double) {
        let count = covariance.count
        precondition(covariance.allSatisfy { $0.count == count }, "the matrix is not square")
        let mean = covariance.indices.reduce(0) { $0 + covariance[$1][$1] } / Double(count)
        guard mean > 0, covariance.joined().allSatisfy(\.isFinite) else { return nil }
        matrix = covariance.indices.map { row in
            covariance.indices.map { column in
                covariance[row][column] / mean + (row == column ? epsilon : 0)
            }
        }
    }

    /// w = C⁻¹1 / (1ᵀC⁻¹1); nil where C is not positive definite.
    var unconstrained: [Double]? {
        solution(among: Array(matrix.indices)).flatMap(Self.normalized)
    }

    /// The weights of the least error of which none is negative; nil where C is not positive
    /// definite.
    ///
    /// w is x / Σx of the x ≥ 0 that minimises ½xᵀCx − Σx: both have the same conditions of
    /// optimality. The active-set method of Lawson and Hanson (1974, chapter 23) finds it exactly
    /// after finitely many solutions of a linear system, for any number of members.
    var nonNegative: [Double]? {
        var x = [Double](repeating: 0, count: matrix.count)
        var members: [Int] = []
        while let next = mostWanted(x, besides: members) {
            members.append(next)
            guard let reached = feasible(x, &members) else { return nil }
            x = reached
            // Rounding alone let the newcomer in.
            if x[next] == 0 { break }
        }
        return Self.normalized(x)
    }

    /// Who is not among the members and would lower ½xᵀCx − Σx most; nil where nobody would by more
    /// than rounding.
    private func mostWanted(_ x: [Double], besides members: [Int]) -> Int? {
        let slopes = matrix.indices.filter { !members.contains($0) }.map { row in
            (row: row, slope: 1 - x.indices.reduce(0) { $0 + matrix[row][$1] * x[$1] })
        }
        return slopes.filter { $0.slope > 1e-12 }.max { $0.slope < $1.slope }?.row
    }

    /// Goes from x towards the least error among the members, and leaves out those whose weight
    /// becomes zero on the way, until that point has no negative weight.
    ///
    /// - Returns: nil where C is not positive definite.
    private func feasible(_ x: [Double], _ members: inout [Int]) -> [Double]? {
        var x = x
        while let goal = solution(among: members) {
            let steps = members.filter { goal[$0] <= 0 }.map {
                (row: $0, share: x[$0] / (x[$0] - goal[$0]))
            }
            guard let blocking = steps.min(by: { $0.share < $1.share }) else { return goal }
            let share = blocking.share.isFinite ? blocking.share : 0
            for row in members { x[row] += share * (goal[row] - x[row]) }
            x[blocking.row] = 0
            members.removeAll { x[$0] <= 0 }
            for row in x.indices where !members.contains(row) { x[row] = 0 }
        }
        return nil
    }

    /// C⁻¹1 of some members, and 0 for the others; nil where that part of C is not positive
    /// definite.
    private func solution(among members: [Int]) -> [Double]? {
        let part = members.map { row in members.map { matrix[row][$0] } }
        guard let factor = CholeskyFactor(part) else { return nil }
        let solved = factor.solution(of: members.map { _ in 1 })
        return zip(members, solved).reduce(into: matrix.map { _ in 0 }) { $0[$1.0] = $1.1 }
    }

    private static func normalized(_ x: [Double]) -> [Double]? {
        let total = x.reduce(0, +)
        return total > 0 && total.isFinite ? x.map { $0 / total } : nil
    }
}
