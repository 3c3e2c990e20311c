import Kernels

/// A fully connected layer: y = x·wᵀ + b.
public struct Linear: Sendable {
    private let weight: Int
    private let bias: Int?

    /// Declares `weight` and, unless `bias` is false, `bias` below `name`, as PyTorch begins them:
    /// uniform in ±1 / √inputs.
    public init(
        _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true,
        in builder: inout ModelBuilder
    ) {
        let bound = 1 / Float(inputs).squareRoot()
        (weight, self.bias) = builder.scoped(name) { builder in
            (
                builder.parameter("weight", [outputs, inputs], .uniform(bound: bound)),
                bias ? builder.parameter("bias", [outputs], .uniform(bound: bound)) : nil
            )
        }
    }

    /// Declares weights that begin normally distributed, and unless `bias` is false biases of 0.
    init(
        _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true, standardDeviation: Float,
        in builder: inout ModelBuilder
    ) {
        (weight, self.bias) = builder.scoped(name) { builder in
            (
                builder.parameter(
                    "weight", [outputs, inputs], .normal(standardDeviation: standardDeviation)),
                bias ? builder.parameter("bias", [outputs], .constant(0)) : nil
            )
        }
    }

    /// What the layer makes of each pixel of images N×inputs×H×W, N×outputs×H×W: computed when it
    /// is called.
    func ofPixels(_ x: Variable, _ pass: ForwardPass) -> () -> Variable {
        let (weight, bias) = (pass.weight(weight), bias.map(pass.parameter))
        return { x.convolution(weight.reshaped(weight.shape + [1, 1]), bias: bias) }
    }

    /// N×inputs to N×outputs, and a function of every element of it where one is asked for.
    public func callAsFunction(
        _ x: Variable, _ pass: ForwardPass, activation: UnaryOperation? = nil
    ) -> Variable {
        pass.linear(x, weight: weight, bias: bias, activation: activation)
    }
}

/// A 2-d convolution.
public struct Convolution: Sendable {
    private let weight: Int
    private let bias: Int?
    private let window: Window

    /// Declares `weight` and, unless `bias` is false, `bias` below `name`, as PyTorch begins them:
    /// uniform in ±1 / √(inputs of a filter).
    ///
    /// - Parameter initialization: of the weights, where they begin otherwise.
    public init(
        _ name: String, _ channels: Int, _ filters: Int, _ window: Window, bias: Bool = true,
        initialization: Initialization? = nil, in builder: inout ModelBuilder
    ) {
        self.window = window
        let (height, width) = window.kernel
        let shape = [filters, channels / window.groups, height, width]
        let bound = 1 / Float(shape.dropFirst().reduce(1, *)).squareRoot()
        (weight, self.bias) = builder.scoped(name) { builder in
            (
                builder.parameter("weight", shape, initialization ?? .uniform(bound: bound)),
                bias ? builder.parameter("bias", [filters], .uniform(bound: bound)) : nil
            )
        }
    }

    /// N×channels×H×W to N×filters×H'×W'.
    public func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        pass.convolution(x, weight: weight, bias: bias, window)
    }

    /// The output normalised by given moments, in products of integers; nil where the layer
    /// computes with floats.
    fileprivate func normalizedIntegers(
        _ x: Variable, _ pass: ForwardPass, by moments: Kernels.BatchMoments,
        _ form: NormalizationForm
    ) -> Variable? {
        pass.integerLayers[weight]?.convolution(
            x, bias: bias.map(pass.parameter), window, by: moments, form)
    }

    /// The output normalised by the batch's own moments, and these.
    func normalized(
        _ x: Variable, _ pass: ForwardPass, _ form: NormalizationForm
    ) -> (result: Variable, moments: Kernels.BatchMoments) {
        let (x, weight) = pass.operands(x, weight: weight)
        return x.normalizedConvolution(
            weight, bias: bias.map(pass.parameter), stride: window.stride,
            padding: window.padding, groups: window.groups, form)
    }
}

/// Batch normalization with running moments (Ioffe and Szegedy 2015), for N×C and N×C×H×W.
public struct BatchNormalization: Sendable {
    /// Nil where the normalised channels stay as they are; so is ``bias``.
    private let weight: Int?
    private let bias: Int?
    private let moments: Int
    private let channels: Int
    private let epsilon: Float
    private let momentum: Float

    /// - Parameters:
    ///   - momentum: the weight of the new batch in the running moments.
    ///   - scale: by which the normalised channels are multiplied at first.
    ///   - isAffine: whether a scale and a shift of each channel are learned.
    public init(
        _ name: String, _ channels: Int, epsilon: Float = 1e-5, momentum: Float = 0.1,
        scale: Float = 1, isAffine: Bool = true, in builder: inout ModelBuilder
    ) {
        precondition(isAffine || scale == 1, "a scale that is not learned is 1")
        self.epsilon = epsilon
        self.momentum = momentum
        self.channels = channels
        (weight, bias, moments) = builder.scoped(name) { builder in
            (
                isAffine ? builder.parameter("weight", [channels], .constant(scale)) : nil,
                isAffine ? builder.parameter("bias", [channels], .constant(0)) : nil,
                builder.moments(channels: channels)
            )
        }
    }

    /// - Parameters:
    ///   - residual: added to the normalised channels.
    ///   - isRectified: whether what is then negative becomes zero.
    public func callAsFunction(
        _ x: Variable, _ pass: ForwardPass, adding residual: Variable? = nil,
        isRectified: Bool = false
    ) -> Variable {
        let form = form(pass, adding: residual, isRectified: isRectified)
        guard pass.mode == .training else {
            let running = running(pass)
            pass.noteMoments(moments, of: x, running)
            return x.normalized(by: running, form)
        }
        let (result, found) = x.batchNormalized(form)
        update(pass, by: found, of: result)
        return result
    }

    /// The normalization of a convolution's channels, with the convolution as one operation while
    /// training.
    public func callAsFunction(
        _ convolution: Convolution, of x: Variable, _ pass: ForwardPass,
        adding residual: Variable? = nil, isRectified: Bool = false
    ) -> Variable {
        let form = form(pass, adding: residual, isRectified: isRectified)
        guard pass.mode == .training else {
            let running = running(pass)
            if !pass.notesMoments,
                let result = convolution.normalizedIntegers(x, pass, by: running, form)
            {
                return result
            }
            let convolved = convolution(x, pass)
            pass.noteMoments(moments, of: convolved, running)
            return convolved.normalized(by: running, form)
        }
        let (result, found) = convolution.normalized(x, pass, form)
        update(pass, by: found, of: result)
        return result
    }

    private func form(
        _ pass: ForwardPass, adding residual: Variable?, isRectified: Bool
    ) -> NormalizationForm {
        NormalizationForm(
            scale: weight.map(pass.parameter) ?? constant(1),
            shift: bias.map(pass.parameter) ?? constant(0), epsilon: epsilon,
            adding: residual, isRectified: isRectified)
    }

    /// One number for every channel.
    private func constant(_ number: Float) -> Variable {
        Variable(Tensor(repeating: number, shape: [channels]))
    }

    private func running(_ pass: ForwardPass) -> Kernels.BatchMoments {
        let running = pass.buffers.layers[moments]
        return Kernels.BatchMoments(mean: running.mean, variance: running.variance)
    }

    /// Moves the running moments towards a batch's.
    private func update(
        _ pass: ForwardPass, by found: Kernels.BatchMoments, of result: Variable
    ) {
        pass.noteNormalized(result.value.count / found.mean.count)
        let size = Float(result.value.count / found.mean.count)
        let unbiased = size / max(1, size - 1)
        pass.updateMoments(moments) { running in
            let momentum = pass.averagesMoments ? 1 / Float(running.batches + 1) : momentum
            for c in found.mean.indices {
                running.mean[c] += momentum * (found.mean[c] - running.mean[c])
                running.variance[c] +=
                    momentum * (found.variance[c] * unbiased - running.variance[c])
            }
            running.batches += 1
        }
    }
}

/// Zeroes activations at random while training (Srivastava et al. 2014).
public struct Dropout: Sendable {
    private let rate: Float

    /// - Parameter rate: the probability that an activation becomes zero.
    public init(_ rate: Float) {
        self.rate = rate
    }

    /// The same shape; in evaluation x itself.
    public func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        pass.mode == .training ? x.dropout(rate, key: pass.nextKey()) : x
    }
}

/// The activations that a model's options can name.
public enum Activation: String, CaseIterable, Sendable {
    /// max(x, 0).
    case relu
    /// x where it is positive, x / 100 elsewhere.
    case leakyReLU = "leaky-relu"
    /// x·Φ(x) with the normal distribution's Φ (Hendrycks and Gimpel 2016).
    case gelu
    /// The approximation of GELU by a hyperbolic tangent.
    case geluTanh = "gelu-tanh"
    /// x·sigmoid(x), also called swish (Elfwing et al. 2018).
    case silu
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// The hyperbolic tangent.
    case tanh
    /// log(1 + eˣ).
    case softplus

    /// Applies it to every element.
    public func callAsFunction(_ x: Variable) -> Variable { x.map(operation) }

    /// The kernels' function.
    public var operation: UnaryOperation {
        switch self {
        case .relu: .relu
        case .leakyReLU: .leakyReLU(slope: 0.01)
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .silu: .silu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .softplus: .softplus
        }
    }
}
