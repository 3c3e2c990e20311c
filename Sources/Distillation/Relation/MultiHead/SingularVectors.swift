import NeuralNetwork

/// The right singular vectors of the H·W×C maps of a batch: of each sample the four of the largest
/// singular values, that is, the eigenvectors of its products of channels.
struct SingularVectors {
    /// How many of each sample there are; zero where a map has fewer.
    static let count = 4

    /// Eigenvalues that lie closer, by the largest, count as that far apart in the gradient, which
    /// would have no bound.
    private static let closest: Float = 1e-3
    /// How many terms the series of the gradient has beyond the vectors that are known.
    private static let terms = 12

    /// N×C×(H·W), each sample by its largest magnitude.
    private let maps: Variable
    /// 1 by these magnitudes, N×1×1.
    private let scales: Variable
    private let products: Variable
    private let found: LeadingEigenvectors

    /// - Parameter images: N×C×H×W.
    init(of images: Tensor) {
        let (count, channels) = (images.shape[0], images.shape[1])
        let area = images.count / max(1, count * channels)
        let values = images.values
        let size = channels * area
        let inverses = (0..<count).map { sample -> Float in
            let largest = values[sample * size..<(sample + 1) * size].reduce(0) {
                max($0, abs($1))
            }
            return largest < .leastNormalMagnitude ? 0 : 1 / largest
        }
        scales = Variable(Tensor(shape: [count, 1, 1], values: inverses))
        maps = Variable(images.reshaped([count, channels, area])) * scales
        products = maps.batchedMatmul(maps.permuted([0, 2, 1]))
        found = LeadingEigenvectors(of: products.value)
    }

    /// N×(4·C), one vector after another.
    var vectors: Tensor {
        let (count, channels) = (maps.shape[0], maps.shape[1])
        let known = first.permuted([1, 0, 2])
        let missing = Self.count - known.shape[0]
        let zeros = Tensor(repeating: 0, shape: [max(1, missing), count, channels])
        let all = missing == 0 ? known : .concatenating([known, Variable(zeros)])
        return all.permuted([1, 0, 2]).value.reshaped([count, Self.count * channels])
    }

    /// The vectors that there are, N×K×C, K at most four.
    private var first: Variable { known(of: found.vectors) }

    /// As many of each sample's rows N×B×C as it has vectors.
    private func known(of rows: Tensor) -> Variable {
        let kept = min(Self.count, found.vectors.shape[1])
        return Variable(rows).permuted([1, 0, 2]).rows(0..<kept).permuted([1, 0, 2])
    }

    /// The gradient in the images, N×C×(H·W), from that in the vectors, N×(4·C).
    ///
    /// A vector v of eigenvalue λ of A moves by (λ − A)⁺·dA·v, so that w = (λ − A)⁺·g gives the
    /// gradient (w·vᵀ + v·wᵀ)·F of A = F·Fᵀ. Of the vectors that are known, the inverse is that of
    /// the eigenvalues' differences; of the rest, whose eigenvalues are smaller, it is the series
    /// Σ (A/λ)ⁿ/λ.
    func gradient(_ upstream: Tensor) -> Tensor {
        let first = first
        let (count, channels, kept) = (maps.shape[0], maps.shape[1], first.shape[1])
        let all = Variable(found.vectors)
        let g = known(of: upstream.reshaped([count, Self.count, channels]))
        let parts = g.batchedMatmul(all.permuted([0, 2, 1]))
        var moves = (parts * inverseDifferences(kept)).batchedMatmul(all)
        if all.shape[1] < channels || found.values.values.contains(0) {
            moves = moves + series(from: g - parts.batchedMatmul(all), within: all, kept)
        }
        let (own, moved) = (first.batchedMatmul(maps), moves.batchedMatmul(maps))
        let whole =
            moves.permuted([0, 2, 1]).batchedMatmul(own)
            + first.permuted([0, 2, 1]).batchedMatmul(moved)
        return (whole * scales).value
    }

    /// Σ (A/λ)ⁿ/λ of what is orthogonal to all known vectors, N×K×C.
    private func series(from rest: Variable, within all: Variable, _ kept: Int) -> Variable {
        let inverses = inverseValues(kept)
        var term = rest * inverses
        var sum = term
        for _ in 0..<Self.terms {
            let next = term.batchedMatmul(products) * inverses
            // What rounding adds along larger eigenvectors would grow.
            term = next - next.batchedMatmul(all.permuted([0, 2, 1])).batchedMatmul(all)
            sum = sum + term
        }
        return sum
    }

    /// 1/λ of the first eigenvalues, N×K×1; 0 where there is none.
    private func inverseValues(_ kept: Int) -> Variable {
        let (values, block) = (found.values.values, found.values.shape[1])
        let inverses = values.indices.filter { $0 % block < kept }.map { place -> Float in
            let least = Self.closest * values[place / block * block]
            return values[place] > 0 ? 1 / max(values[place], least) : 0
        }
        return Variable(Tensor(shape: [maps.shape[0], kept, 1], values: inverses))
    }

    /// 1/(λ_k − λ_j) of the first eigenvalues and all that are known, N×K×B; 0 where k = j or there
    /// is no such vector.
    private func inverseDifferences(_ kept: Int) -> Variable {
        let (values, block) = (found.values.values, found.values.shape[1])
        let inverses = (0..<maps.shape[0]).flatMap { sample -> [Float] in
            let own = values[sample * block..<(sample + 1) * block]
            let least = Self.closest * (own.first ?? 0)
            return own.prefix(kept).enumerated().flatMap { k, value in
                own.enumerated().map { j, other in
                    guard k != j, value > 0 else { return 0 }
                    let distance = max(abs(value - other), least)
                    return (k < j ? 1 : -1) / distance
                }
            }
        }
        return Variable(
            Tensor(shape: [maps.shape[0], kept, block], values: inverses))
    }
}

extension Variable {
    /// The first four right singular vectors of each sample's map H·W×C, N×(4·C).
    var singularVectors: Variable {
        let images = asMap
        let found = SingularVectors(of: images.value)
        let shape = images.shape
        return .operation(found.vectors, of: [images]) { g in
            [found.gradient(g).reshaped(shape)]
        }
    }
}
