import Kernels

extension Variable {
    /// How far the moments of a batch N×C×… are from given ones, as two Euclidean norms over the
    /// channels: ‖mean − given mean‖ and ‖biased variance − given variance‖, 1×2.
    ///
    /// A norm of 0 passes no gradient, as PyTorch's does.
    func momentDistances(from given: Kernels.BatchMoments) -> Variable {
        let (rows, shape) = (value.channelRows, shape)
        let found = Kernels.batchMoments(rows, channels: given.mean.count)
        let mean = Distance(from: given.mean, to: found.mean)
        let variance = Distance(from: given.variance, to: found.variance)
        let size = Float(rows.count / max(1, given.mean.count))
        return .operation(
            Tensor(shape: [1, 2], values: [mean.length, variance.length]), of: [self]
        ) { g in
            let factors = (mean: g.values[0] / size, variance: 2 * g.values[1] / size)
            let d = Kernels.affine(
                rows, mean: found.mean, scale: variance.direction.map { $0 * factors.variance },
                shift: mean.direction.map { $0 * factors.mean })
            return [Tensor(channelRows: d, shape: shape)]
        }
    }
}

/// The difference of two vectors.
private struct Distance {
    /// Its Euclidean norm.
    let length: Float
    /// The difference divided by its norm; zeros where that is 0.
    let direction: [Float]

    init(from origin: [Float], to end: [Float]) {
        let difference = zip(origin, end).map { Double($1) - Double($0) }
        let length = difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
        self.length = Float(length)
        direction = difference.map { length > 0 ? Float($0 / length) : 0 }
    }
}
