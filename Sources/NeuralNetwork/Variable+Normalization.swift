import Kernels

extension Variable {
    /// Normalises each channel of N×C×… by the batch's own mean and variance (Ioffe and Szegedy 2015).
    ///
    /// - Returns: the result and the batch's moments, from which running statistics are made.
    public func batchNormalized(
        scale: Variable, shift: Variable, epsilon: Float
    ) -> (result: Variable, moments: Kernels.BatchMoments) {
        let batch = shape[0]
        let x = value
        let moments = Kernels.batchMoments(x.floats, batch: batch, channels: shape[1])
        let inverse = moments.variance.map { 1 / ($0 + epsilon).squareRoot() }
        let gamma = scale.value.values
        let factors = zip(gamma, inverse).map(*)
        let y = Kernels.scaleAndShift(
            x.floats, scale: factors,
            shift: zip(shift.value.values, zip(moments.mean, factors)).map { $0 - $1.0 * $1.1 },
            batch: batch)
        let result = Variable.operation(
            Tensor(shape: shape, floats: y), of: [self, scale, shift]
        ) { g in
            let sums = Kernels.normalizationSums(
                g.floats, x.floats, mean: moments.mean, inverseDeviation: inverse, batch: batch)
            let size = Float(x.count / gamma.count)
            let b = gamma.indices.map { -factors[$0] * inverse[$0] * sums.scale[$0] / size }
            let c = gamma.indices.map {
                -factors[$0] * sums.shift[$0] / size - b[$0] * moments.mean[$0]
            }
            let d = Kernels.combineChannels(
                g.floats, x.floats, a: factors, b: b, c: c, batch: batch)
            return [
                Tensor(shape: x.shape, floats: d), Tensor(shape: [gamma.count], values: sums.scale),
                Tensor(shape: [gamma.count], values: sums.shift),
            ]
        }
        return (result, moments)
    }

    /// Normalises each channel of N×C×… by given statistics.
    public func normalized(
        mean: [Float], variance: [Float], scale: Variable, shift: Variable, epsilon: Float
    ) -> Variable {
        let batch = shape[0]
        let x = value
        let inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
        let factors = zip(scale.value.values, inverse).map(*)
        let y = Kernels.scaleAndShift(
            x.floats, scale: factors,
            shift: zip(shift.value.values, zip(mean, factors)).map { $0 - $1.0 * $1.1 },
            batch: batch)
        return .operation(Tensor(shape: shape, floats: y), of: [self, scale, shift]) { g in
            let sums = Kernels.normalizationSums(
                g.floats, x.floats, mean: mean, inverseDeviation: inverse, batch: batch)
            let d = Kernels.scaleAndShift(
                g.floats, scale: factors, shift: mean.map { _ in 0 }, batch: batch)
            return [
                Tensor(shape: x.shape, floats: d), Tensor(shape: [mean.count], values: sums.scale),
                Tensor(shape: [mean.count], values: sums.shift),
            ]
        }
    }

    /// Zeroes each element with probability `rate` and scales the rest by 1 / (1 − rate).
    ///
    /// - Parameter key: determines which, element by element.
    public func dropout(_ rate: Float, key: RandomKey) -> Variable {
        guard rate > 0 else { return self }
        let keep = 1 / (1 - rate)
        let mask = (0..<value.count).map { key.uniform(at: $0) < rate ? 0 : keep }
        return self * Variable(Tensor(shape: shape, values: mask))
    }
}
