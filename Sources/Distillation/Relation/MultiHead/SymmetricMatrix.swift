/// A small symmetric matrix in double precision.
struct SymmetricMatrix {
    private let size: Int
    /// Row-major.
    private var elements: [Double]

    /// - Parameter elements: row-major.
    init(_ elements: some Collection<Float>) {
        self.elements = elements.map(Double.init)
        size = Int(Double(elements.count).squareRoot().rounded())
        precondition(size * size == elements.count, "a matrix is square")
    }

    /// The products of rows of a width with one another.
    init(productsOf rows: [Double], width: Int) {
        size = rows.count / width
        elements = Array(repeating: 0, count: size * size)
        for one in 0..<size {
            for other in 0...one {
                var sum = 0.0
                for place in 0..<width {
                    sum += rows[one * width + place] * rows[other * width + place]
                }
                elements[one * size + other] = sum
                elements[other * size + one] = sum
            }
        }
    }

    /// A pivot below it, of rows of norm 1, belongs to a row that depends on those before.
    private static let smallestPivot = 1e-12

    /// L⁻¹, row-major, of the factor L of L·Lᵀ (Cholesky); the row of a pivot that is nearly 0 is
    /// zero.
    var inverseFactor: [Float] {
        var factor = [Double](repeating: 0, count: size * size)
        var inverse = factor
        for row in 0..<size {
            for column in 0...row {
                let sum = (0..<column).reduce(elements[row * size + column]) {
                    $0 - factor[row * size + $1] * factor[column * size + $1]
                }
                let pivot = factor[column * size + column]
                factor[row * size + column] =
                    row > column
                    ? (pivot > 0 ? sum / pivot : 0)
                    : sum > Self.smallestPivot ? sum.squareRoot() : 0
            }
            let pivot = factor[row * size + row]
            guard pivot > 0 else { continue }
            for column in 0...row {
                let sum = (column..<row).reduce(row == column ? 1 : 0) {
                    $0 - factor[row * size + $1] * inverse[$1 * size + column]
                }
                inverse[row * size + column] = sum / pivot
            }
        }
        return inverse.map(Float.init)
    }

    /// The eigenvalues in descending order, each with its vector of norm 1, by Jacobi's rotations.
    var eigenvectors: [(value: Double, vector: [Float])] {
        var rotating = self
        var vectors = (0..<size * size).map { $0 % (size + 1) == 0 ? 1.0 : 0 }
        for _ in 0..<16 where rotating.isOffDiagonal {
            for first in 0..<size {
                for second in first + 1..<max(size, first + 1) {
                    rotating.rotate(first, second, &vectors)
                }
            }
        }
        let order = (0..<size).sorted {
            let (one, other) = (rotating.diagonal($0), rotating.diagonal($1))
            return one == other ? $0 < $1 : one > other
        }
        return order.map { place in
            (
                rotating.diagonal(place),
                vectors[place * size..<(place + 1) * size].map { Float($0) }
            )
        }
    }

    private func diagonal(_ place: Int) -> Double { elements[place * (size + 1)] }

    /// Whether elements beside the diagonal are larger than what rounds those on it.
    private var isOffDiagonal: Bool {
        let squares = elements.map { $0 * $0 }
        let own = (0..<size).reduce(0) { $0 + squares[$1 * (size + 1)] }
        return squares.reduce(0, +) - own > 1e-26 * own
    }

    /// Makes an element beside the diagonal zero by a rotation, which the rows of `vectors` share.
    private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout [Double]) {
        let off = elements[p * size + q]
        guard off != 0 else { return }
        let slope = (diagonal(q) - diagonal(p)) / (2 * off)
        let tangent =
            (slope < 0 ? -1.0 : 1.0) / (abs(slope) + (slope * slope + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        func turn(_ one: inout Double, _ other: inout Double) {
            (one, other) = (cosine * one - sine * other, sine * one + cosine * other)
        }
        for k in 0..<size {
            var (one, other) = (elements[k * size + p], elements[k * size + q])
            turn(&one, &other)
            (elements[k * size + p], elements[k * size + q]) = (one, other)
        }
        for k in 0..<size {
            var (one, other) = (elements[p * size + k], elements[q * size + k])
            turn(&one, &other)
            (elements[p * size + k], elements[q * size + k]) = (one, other)
            (one, other) = (vectors[p * size + k], vectors[q * size + k])
            turn(&one, &other)
            (vectors[p * size + k], vectors[q * size + k]) = (one, other)
        }
    }
}
