import NeuralNetwork

/// Directions of features, as *iCaRL* (Rebuffi et al. 2017) compares samples: unit vectors.
package struct FeatureDirections: Sendable {
    /// N rows of norm 1; a row of zeros stays zero.
    package let rows: [[Double]]

    /// - Parameter features: N×D, or N×C×H×W, which are flattened.
    package init(_ features: Tensor) {
        let width = features.count / max(1, features.shape[0])
        let values = features.values
        rows = (0..<features.shape[0]).map { row in
            Self.normalized(values[row * width..<(row + 1) * width].map(Double.init))
        }
    }

    /// The mean of some rows, normalised.
    package func direction(of places: some Collection<Int>) -> [Double] {
        Self.normalized(mean(of: places))
    }

    /// The rows whose running means stay nearest to the mean of all, in the order in which they are
    /// chosen: row k makes ‖μ − (φ(x) + Σ φ(chosen)) / k‖ smallest. Of equals the first.
    ///
    /// For rows of one norm that is the largest product with k·μ − Σ φ(chosen).
    package func herded(_ count: Int) -> [Int] {
        let mean = mean(of: rows.indices)
        var wanted = mean
        var chosen: [Int] = []
        var free = Array(rows.indices)
        while chosen.count < count, !free.isEmpty {
            var best = 0
            var largest = -Double.infinity
            for (place, row) in free.enumerated() {
                let product = Self.product(wanted, rows[row])
                if product > largest { (best, largest) = (place, product) }
            }
            let row = free.remove(at: best)
            chosen.append(row)
            for column in wanted.indices { wanted[column] += mean[column] - rows[row][column] }
        }
        return chosen
    }

    private func mean(of places: some Collection<Int>) -> [Double] {
        var sum = [Double](repeating: 0, count: rows.first?.count ?? 0)
        for place in places {
            for column in sum.indices { sum[column] += rows[place][column] }
        }
        return sum.map { $0 / Double(max(1, places.count)) }
    }

    private static func normalized(_ row: [Double]) -> [Double] {
        let norm = product(row, row).squareRoot()
        return norm > 0 ? row.map { $0 / norm } : row
    }

    static func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
