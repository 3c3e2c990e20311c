/// The lower triangle L of a symmetric matrix C = L·Lᵀ.
struct CholeskyFactor {
    private var rows: [[Double]]

    /// - Returns: nil where C is not positive definite.
    init?(_ matrix: [[Double]]) {
        rows = matrix
        for i in matrix.indices {
            for j in 0...i {
                let known = (0..<j).reduce(0) { $0 + rows[i][$1] * rows[j][$1] }
                let rest = matrix[i][j] - known
                guard i == j else {
                    rows[i][j] = rest / rows[j][j]
                    continue
                }
                guard rest > 0, rest.isFinite else { return nil }
                rows[i][i] = rest.squareRoot()
            }
        }
    }

    /// The x of C·x = b.
    func solution(of b: [Double]) -> [Double] {
        var x = b
        for i in x.indices {
            x[i] = (x[i] - (0..<i).reduce(0) { $0 + rows[i][$1] * x[$1] }) / rows[i][i]
        }
        for i in x.indices.reversed() {
            x[i] = (x[i] - (i + 1..<x.count).reduce(0) { $0 + rows[$1][i] * x[$1] }) / rows[i][i]
        }
        return x
    }
}
