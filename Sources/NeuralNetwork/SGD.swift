import Kernels
import Options

/// Stochastic gradient descent with momentum, as PyTorch defines it (dampening 0).
///
/// d = g + decay·w; v = momentum·v + d, from v = 0; w −= rate·v, or rate·(d + momentum·v) with
/// Nesterov. The decay applies to every parameter.
public struct SGD: Optimizer, Configurable {
    public static let name = "sgd"
    public static let summary = "stochastic gradient descent with momentum (Sutskever et al. 2013)"

    /// The learning rate.
    public var rate: Float
    /// The share of the velocity that remains at each step.
    public var momentum: Float
    /// Whether the weights move along the velocity after the next step (Nesterov 1983).
    public var isNesterov: Bool
    /// The factor of the L2 penalty's gradient.
    public var decay: Float

    /// The defaults are PyTorch's, but for the rate.
    public init(
        rate: Float = 0.1, momentum: Float = 0, isNesterov: Bool = false, decay: Float = 0
    ) {
        self.rate = rate
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.decay = decay
    }

    /// - Throws: ``SettingError`` for an option out of its range, and Nesterov without a momentum.
    public init(options: inout OptionReader) throws(SettingError) {
        rate = options.value("rate", default: 0.1, in: 0...1000, help: "learning rate")
        momentum = options.value("momentum", default: 0, in: 0...1)
        isNesterov = options.flag(
            "nesterov", default: false, help: "look ahead along the momentum")
        decay = options.value("decay", default: 0, in: 0...1, help: "L2 penalty's factor")
        if isNesterov, momentum == 0 {
            throw options.failure("nesterov", "needs a momentum above 0")
        }
    }

    /// The velocity, where there is a momentum.
    public var buffers: Int { momentum == 0 ? 0 : 1 }

    /// Counts the step, moves the velocity, and then the weights.
    public func step(
        _ parameters: inout Parameters, gradients: Tensor, state: inout OptimizerState, rate: Float
    ) {
        let update = Kernels.SGDUpdate(
            rate: rate, momentum: momentum, decay: decay, isNesterov: isNesterov)
        state.step += 1
        parameters.update { weights in
            weights.update { weights in
                guard buffers > 0 else {
                    var none = Floats(uninitialized: 0)
                    return Kernels.update(
                        &weights, gradient: gradients.floats, velocity: &none, by: update)
                }
                state.buffers[0].update { velocity in
                    Kernels.update(
                        &weights, gradient: gradients.floats, velocity: &velocity, by: update)
                }
            }
        }
    }
}
