import Bytes
import Kernels

/// What follows the normalization of channels: their scale and shift, and what is added and zeroed
/// then.
public struct NormalizationForm {
    /// One for each channel.
    public var scale: Variable
    /// Added to each channel.
    public var shift: Variable
    /// Added to the variance.
    public var epsilon: Float
    /// Added to the normalised channels.
    public var residual: Variable?
    /// Whether what is then negative becomes zero.
    public var isRectified: Bool

    /// - Parameter residual: what is added to the normalised channels, of their shape.
    public init(
        scale: Variable, shift: Variable, epsilon: Float, adding residual: Variable? = nil,
        isRectified: Bool = false
    ) {
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
        self.residual = residual
        self.isRectified = isRectified
    }

    fileprivate var operands: [Variable] { [scale, shift] + (residual.map { [$0] } ?? []) }
}

extension Variable {
    /// Normalises each channel of N×C×… by the batch's own mean and variance (Ioffe and Szegedy
    /// 2015).
    ///
    /// - Returns: the result and the batch's moments, from which running moments are made.
    public func batchNormalized(
        _ form: NormalizationForm
    ) -> (result: Variable, moments: Kernels.BatchMoments) {
        let x = value.channelRows
        let moments = Kernels.batchMoments(x, channels: shape[1])
        return (normalized(x, Normalization(form, moments, ofBatch: true)), moments)
    }

    /// Normalises each channel of N×C×… by given moments.
    public func normalized(
        by moments: Kernels.BatchMoments, _ form: NormalizationForm
    ) -> Variable {
        normalized(value.channelRows, Normalization(form, moments, ofBatch: false))
    }

    private func normalized(_ x: Floats, _ normalization: Normalization) -> Variable {
        let (shape, y) = (shape, normalization.apply(x))
        return .operation(
            Tensor(channelRows: y, shape: shape), of: [self] + normalization.form.operands,
            named: "batchNormalized", as: normalization.operation
        ) { g in
            let gradient = normalization.gradient(g.channelRows, x, y: y)
            let input = Tensor(channelRows: gradient.input(), shape: shape)
            return [input] + normalization.gradients(gradient, upstream: g)
        }
    }

    /// A convolution and the normalization of its channels by the batch's own mean and variance, as
    /// ``convolution(_:bias:stride:padding:groups:)`` and ``batchNormalized(_:)`` one after the
    /// other, with less to read and write.
    ///
    /// - Returns: the result and the batch's moments.
    public func normalizedConvolution(
        _ weight: Variable, bias: Variable?, stride: Int, padding: Int, groups: Int,
        _ form: NormalizationForm
    ) -> (result: Variable, moments: Kernels.BatchMoments) {
        let s = convolutionShape(weight, stride: stride, padding: padding, groups: groups)
        let (inputShape, weightShape, outputShape) = (shape, weight.shape, s.outputShape)
        let (x, w, needsInput) = (value.pixels, weight.value.floats, needsGradient)
        let (convolved, moments) = Kernels.convolutionWithMoments(
            x, w, bias: bias?.value.floats, s)
        let normalization = Normalization(form, moments, ofBatch: true)
        let y = normalization.apply(convolved)
        let biasShape = bias?.shape
        let operands = [self, weight] + form.operands + (bias.map { [$0] } ?? [])
        let result = Variable.operation(
            Tensor(images: outputShape, pixels: y), of: operands,
            multiplyAdds: y.count * weightShape.dropFirst().reduce(1, *)
        ) { g in
            let gradient = normalization.gradient(g.channelRows, convolved, of: s, y: y)
            guard weight.wantsGradient else {
                let found =
                    needsInput ? Kernels.convolutionInputGradient(w, gradient.input(), s) : nil
                return [found.map { Tensor(images: inputShape, pixels: $0) }, nil]
                    + normalization.gradients(gradient, upstream: g)
            }
            let found = Kernels.convolutionGradients(
                x, w, s, needsInput: needsInput, normalization: gradient)
            let byInput = found.input.map { Tensor(images: inputShape, pixels: $0) }
            // The mean takes any bias away again.
            let byBias = biasShape.map { Tensor(repeating: 0, shape: $0) }
            return [byInput, Tensor(shape: weightShape, floats: found.weights)]
                + normalization.gradients(gradient, upstream: g) + [byBias]
        }
        return (result, moments)
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

/// A normalization by given moments.
private struct Normalization {
    let form: NormalizationForm
    private let moments: Kernels.BatchMoments
    /// Whether the moments are those of the batch, so that they depend on the input.
    private let isOfBatch: Bool
    /// 1 / standard deviation, and scale / standard deviation.
    private let inverse: [Float]
    private let factors: [Float]

    init(_ form: NormalizationForm, _ moments: Kernels.BatchMoments, ofBatch isOfBatch: Bool) {
        self.form = form
        self.moments = moments
        self.isOfBatch = isOfBatch
        inverse = moments.variance.map { 1 / ($0 + form.epsilon).squareRoot() }
        factors = zip(form.scale.value.values, inverse).map(*)
    }

    /// What a model's computation calls it; nil where the moments depend on the batch.
    var operation: Operation? {
        isOfBatch
            ? nil
            : .normalization(moments, epsilon: form.epsilon, isRectified: form.isRectified)
    }

    func apply(_ x: Floats) -> Floats {
        Kernels.affine(
            x, mean: moments.mean, scale: factors, shift: form.shift.value.values,
            residual: form.residual?.value.channelRows, isRectified: form.isRectified)
    }

    /// - Parameter y: what ``apply(_:)`` came to.
    func gradient(
        _ g: Floats, _ x: Floats, of shape: ConvolutionShape? = nil, y: Floats
    ) -> NormalizationGradient {
        let mask: Kernels.GradientMask =
            !form.isRectified
            ? .everywhere
            : form.residual == nil
                ? .byInput(scale: factors, shift: form.shift.value.values) : .byOutput(y)
        let size = Float(x.count / factors.count)
        return NormalizationGradient(
            g, x, of: shape, mean: moments.mean, mask: mask,
            needsMasked: needsResidual && form.isRectified
        ) { shift, products in
            guard isOfBatch else {
                let zeros = factors.map { _ in 0 as Float }
                return Kernels.ChannelFactors(a: factors, b: zeros, c: zeros)
            }
            return Kernels.ChannelFactors(
                a: factors,
                b: factors.indices.map {
                    -factors[$0] * inverse[$0] * inverse[$0] * products[$0] / size
                },
                c: factors.indices.map { -factors[$0] * shift[$0] / size })
        }
    }

    /// In scale, shift and, if there is one, the residual; the input's was made before.
    func gradients(_ gradient: NormalizationGradient, upstream: Tensor) -> [Tensor?] {
        let (shape, channels) = (upstream.shape, [factors.count])
        let scale = Tensor(shape: channels, values: zip(gradient.scale, inverse).map(*))
        let shift = Tensor(shape: channels, values: gradient.shift)
        guard form.residual != nil else { return [scale, shift] }
        let residual =
            needsResidual
            ? gradient.masked.map { Tensor(channelRows: $0, shape: shape) } ?? upstream : nil
        return [scale, shift, residual]
    }

    private var needsResidual: Bool { form.residual?.needsGradient ?? false }
}

extension Tensor {
    /// N×C×… as rows of one value for each channel.
    var channelRows: Floats {
        precondition(shape.count == 2 || shape.count == 4, "no channels in \(shape)")
        return shape.count == 4 ? pixels : floats
    }

    /// Rows of one value for each channel as N×C×….
    init(channelRows: Floats, shape: [Int]) {
        self =
            shape.count == 4
            ? Tensor(images: shape, pixels: channelRows)
            : Tensor(shape: shape, floats: channelRows)
    }
}
