import Kernels

extension Variable {
    /// Normalises each channel of N×C×… by the batch's own mean and variance (Ioffe and Szegedy 2015),
    /// adds what is asked for and, where asked, zeroes what is negative.
    ///
    /// - Returns: the result and the batch's moments, from which running statistics are made.
    public func batchNormalized(
        scale: Variable, shift: Variable, epsilon: Float, adding residual: Variable? = nil,
        isRectified: Bool = false
    ) -> (result: Variable, moments: Kernels.BatchMoments) {
        let moments = Kernels.batchMoments(value.channelRows, channels: shape[1])
        let size = Float(value.count / shape[1])
        let result = normalized(
            moments, scale: scale, shift: shift, epsilon: epsilon, adding: residual,
            isRectified: isRectified
        ) { factors, inverse, sums in
            Kernels.ChannelFactors(
                a: factors,
                b: factors.indices.map { -factors[$0] * inverse[$0] * sums.scale[$0] / size },
                c: factors.indices.map { -factors[$0] * sums.shift[$0] / size })
        }
        return (result, moments)
    }

    /// Normalises each channel of N×C×… by given statistics, adds what is asked for and, where asked,
    /// zeroes what is negative.
    public func normalized(
        by moments: Kernels.BatchMoments, scale: Variable, shift: Variable, epsilon: Float,
        adding residual: Variable? = nil, isRectified: Bool = false
    ) -> Variable {
        normalized(
            moments, scale: scale, shift: shift, epsilon: epsilon, adding: residual,
            isRectified: isRectified
        ) { factors, _, _ in
            let zeros = factors.map { _ in 0 as Float }
            return Kernels.ChannelFactors(a: factors, b: zeros, c: zeros)
        }
    }

    /// - Parameter inputFactors: how the gradient in the input follows from the factors scale /
    ///   deviation, the inverse deviations, and the gradients in shift and scale.
    private func normalized(
        _ moments: Kernels.BatchMoments, scale: Variable, shift: Variable, epsilon: Float,
        adding residual: Variable?, isRectified: Bool,
        inputFactors:
            @escaping (
                _ factors: [Float], _ inverse: [Float], _ sums: (shift: [Float], scale: [Float])
            ) -> Kernels.ChannelFactors
    ) -> Variable {
        let (x, shape) = (value.channelRows, shape)
        let inverse = moments.variance.map { 1 / ($0 + epsilon).squareRoot() }
        let factors = zip(scale.value.values, inverse).map(*)
        let shifts = shift.value.values
        let y = Kernels.affine(
            x, mean: moments.mean, scale: factors, shift: shifts,
            residual: residual?.value.channelRows,
            isRectified: isRectified)
        let mask: Kernels.GradientMask =
            !isRectified
            ? .everywhere : residual == nil ? .byInput(scale: factors, shift: shifts) : .byOutput(y)
        let needsResidual = residual?.needsGradient ?? false
        return Variable.operation(
            Tensor(channelRows: y, shape: shape),
            of: [self, scale, shift] + (residual.map { [$0] } ?? []), named: "batchNormalized"
        ) { upstream in
            let g = upstream.channelRows
            let gradient = Kernels.affineGradient(
                g, x, mean: moments.mean, mask: mask,
                needsMasked: needsResidual && isRectified
            ) { byShift, products in
                inputFactors(factors, inverse, (byShift, zip(products, inverse).map(*)))
            }
            return [
                Tensor(channelRows: gradient.input, shape: shape),
                Tensor(
                    shape: [factors.count], values: zip(gradient.scale, inverse).map(*)),
                Tensor(shape: [factors.count], values: gradient.shift),
                needsResidual ? Tensor(channelRows: gradient.masked ?? g, shape: shape) : nil,
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

extension Tensor {
    /// N×C×… as rows of one value for each channel.
    fileprivate var channelRows: Floats {
        precondition(shape.count == 2 || shape.count == 4, "no channels in \(shape)")
        return shape.count == 4 ? pixels : floats
    }

    fileprivate init(channelRows: Floats, shape: [Int]) {
        self =
            shape.count == 4
            ? Tensor(images: shape, pixels: channelRows)
            : Tensor(shape: shape, floats: channelRows)
    }
}
