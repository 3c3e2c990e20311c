import Bytes
import NeuralNetwork

/// The eigenvectors of the largest eigenvalues of a batch of symmetric matrices N×C×C that have no
/// negative eigenvalue, by the power iteration of a block of vectors (Rutishauser 1969).
struct LeadingEigenvectors {
    /// N×B×C: orthonormal rows by descending eigenvalues, zero where an eigenvalue is nearly 0. The
    /// elements of a row add up to no negative number.
    let vectors: Tensor
    /// N×B.
    let values: Tensor

    /// B, unless there are fewer columns.
    private static let block = 8
    /// After so many the first four of eight eigenvectors have an error of (λ₉ / λ₄)¹⁶.
    private static let iterations = 16
    /// Eigenvalues below this share of the largest count as 0.
    private static let smallest = 1e-6

    /// - Parameter matrices: N×C×C.
    init(of matrices: Tensor) {
        let (count, width) = (matrices.shape[0], matrices.shape[1])
        let (block, a) = (min(Self.block, width), Variable(matrices))
        var rows = Variable(Self.start(count, block, width)).orthonormalized
        for _ in 0..<(block < width ? Self.iterations : 0) {
            rows = rows.batchedMatmul(a).orthonormalized
        }
        let projected = rows.batchedMatmul(a).batchedMatmul(rows.permuted([0, 2, 1]))
        let small = projected.value.values
        let found = (0..<count).map { sample in
            SymmetricMatrix(small[sample * block * block..<(sample + 1) * block * block])
                .eigenvectors
        }
        let rotations = Tensor(
            shape: [count, block, block], values: found.flatMap { $0.flatMap(\.vector) })
        var lengths = found.flatMap { $0.map { Float($0.value) } }
        let rotated = Variable(rotations).batchedMatmul(rows)
        let sums = rotated.sum(along: [2]).value.values
        let signs = lengths.indices.map { place -> Float in
            let largest = lengths[place / block * block]
            guard lengths[place] > Float(Self.smallest) * largest else { return 0 }
            return sums[place] < 0 ? -1 : 1
        }
        for place in lengths.indices where signs[place] == 0 { lengths[place] = 0 }
        vectors =
            (rotated * Variable(Tensor(shape: [count, block, 1], values: signs))).value
        values = Tensor(shape: [count, block], values: lengths)
    }

    /// The rows that every sample begins with: unit vectors where they are all, else random ones.
    private static func start(_ count: Int, _ block: Int, _ width: Int) -> Tensor {
        let key = RandomKey(seed: 0)
        let rows = (0..<block * width).map { place -> Float in
            block < width ? key.normal(at: place) : place % (width + 1) == 0 ? 1 : 0
        }
        return Tensor(
            shape: [count, block, width], values: (0..<count).flatMap { _ in rows })
    }
}

extension Variable {
    /// Each sample's rows N×B×C made orthonormal, the first one kept in its direction: L⁻¹·Y with
    /// Y·Yᵀ = L·Lᵀ. Rows that depend on those before become zero.
    fileprivate var orthonormalized: Variable {
        let rows = normalizedRows()
        let (count, block, width) = (shape[0], shape[1], shape[2])
        let values = rows.value.values
        let inverses = (0..<count).flatMap { sample -> [Float] in
            let own = values[sample * block * width..<(sample + 1) * block * width]
            return SymmetricMatrix(productsOf: own.map(Double.init), width: width).inverseFactor
        }
        return Variable(Tensor(shape: [count, block, block], values: inverses))
            .batchedMatmul(rows)
    }
}
