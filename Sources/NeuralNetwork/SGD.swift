import Kernels
import Options

/// Stochastic gradient descent with momentum, as PyTorch defines it (dampening 0).
///
/// d = g + decay·w; v = momentum·v + d, from v = 0; w −= rate·v, or rate·(d + momentum·v) with
/// Nesterov. The decay applies to every parameter.
public struct SGD: Optimizer, Configurable {
    public static let name = "sgd"
    public static let summary = "stochastic gradient descent with momentum (Sutskever et al. 2013)"

    public var rate: Float
    public var momentum: Float
    public var isNesterov: Bool
    public var decay: Float

    public init(
        rate: Float = 0.1, momentum: Float = 0, isNesterov: Bool = false, decay: Float = 0
    ) {
        self.rate = rate
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.decay = decay
    }

    public init(options: inout OptionReader) throws(SettingError) {
        rate = try options.value("rate", default: 0.1, in: 0...1000, help: "learning rate")
        momentum = try options.value("momentum", default: 0, in: 0...1)
        isNesterov = try options.flag(
            "nesterov", default: false, help: "look ahead along the momentum")
        decay = try options.value("decay", default: 0, in: 0...1, help: "L2 penalty's factor")
        if isNesterov, momentum == 0 {
            throw options.failure("nesterov", "needs a momentum above 0")
        }
    }

    public var buffers: Int { momentum == 0 ? 0 : 1 }

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
