import Kernels

/// A quantised layer with its weights as integers, for evaluation in products of integers.
struct IntegerLayer: Sendable {
    private let weights: PackedIntegerWeights
    /// One for each filter.
    private let weightScales: [Float]
    private let levels: QuantizationLevels

    /// - Parameters:
    ///   - input: the scale and the codes of the input.
    ///   - groups: of a convolution.
    /// - Returns: nil where the integer loops have no such layer.
    init?(
        _ weights: IntegerWeights, input: (scale: Float, levels: ClosedRange<Int>), groups: Int
    ) {
        let shape = weights.shape.count == 4 ? weights.shape : weights.shape + [1, 1]
        guard PackedIntegerWeights.suits(shape: shape, groups: groups) else { return nil }
        self.weights = PackedIntegerWeights(weights.codes, shape: shape, groups: groups)
        weightScales =
            weights.scales.count == 1
            ? [Float](repeating: weights.scales[0], count: shape[0]) : weights.scales
        levels = QuantizationLevels(
            scale: input.scale, lowest: input.levels.lowerBound, highest: input.levels.upperBound)
    }

    /// The convolution of images, and what a normalization makes of it where there is one.
    func convolution(
        _ x: Variable, bias: Variable?, _ window: Window,
        by moments: Kernels.BatchMoments? = nil, _ form: NormalizationForm? = nil
    ) -> Variable {
        let s = window.shape(over: x.shape, filters: weightScales.count)
        var output = output(bias)
        if let moments, let form { output.fold(moments, form) }
        output.residual = form?.residual?.value.pixels
        let y = Kernels.integerConvolution(x.value.pixels, levels: levels, weights, s, output)
        return Variable(Tensor(images: s.outputShape, pixels: y))
    }

    /// The linear layer of rows.
    func linear(_ x: Variable, bias: Variable?, activation: UnaryOperation?) -> Variable {
        let s = ConvolutionShape(
            batch: x.shape[0], channels: x.shape[1], height: 1, width: 1,
            filters: weightScales.count, kernelHeight: 1, kernelWidth: 1, stride: 1, padding: 0,
            groups: 1)
        let y = Kernels.integerConvolution(
            x.value.floats, levels: levels, weights, s, output(bias))
        let result = Variable(Tensor(shape: [x.shape[0], weightScales.count], floats: y))
        return activation.map(result.map) ?? result
    }

    private func output(_ bias: Variable?) -> IntegerOutput {
        IntegerOutput(
            scale: weightScales.map { $0 * levels.scale },
            shift: bias?.value.values ?? [Float](repeating: 0, count: weightScales.count))
    }
}

extension IntegerOutput {
    /// Applies a normalization by given moments to the outputs.
    fileprivate mutating func fold(_ moments: Kernels.BatchMoments, _ form: NormalizationForm) {
        let (scales, shifts) = (form.scale.value.values, form.shift.value.values)
        for channel in scale.indices {
            let factor =
                scales[channel] / (moments.variance[channel] + form.epsilon).squareRoot()
            scale[channel] *= factor
            shift[channel] = (shift[channel] - moments.mean[channel]) * factor + shifts[channel]
        }
        isRectified = form.isRectified
    }
}
