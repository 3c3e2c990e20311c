import Kernels
import Options

/// Lion (*Symbolic Discovery of Optimization Algorithms*, Chen et al. 2023): every weight moves by
/// the rate, against the sign of a mean of gradients.
///
/// c = beta1·m + (1 − beta1)·g; w −= rate·(sign(c) + decay·w); m = beta2·m + (1 − beta2)·g, from
/// m = 0. As all weights move equally far, its rate is three to ten times smaller than AdamW's, and
/// its decay as many times larger. The decay applies to every parameter.
public struct Lion: Optimizer, Configurable {
    public static let name = "lion"
    public static let summary = "sign of a mean of gradients (Chen et al. 2023)"

    /// The learning rate.
    public var rate: Float
    /// The share of the mean of gradients in the direction of a step.
    public var beta1: Float
    /// The share that remains of the mean of gradients at each step.
    public var beta2: Float
    /// The decoupled weight decay, which the rate multiplies.
    public var decay: Float

    /// The defaults are the paper's, and a decay of 0.
    public init(rate: Float = 0.0001, beta1: Float = 0.9, beta2: Float = 0.99, decay: Float = 0) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.decay = decay
    }

    /// - Throws: ``SettingError`` for an option out of its range.
    public init(options: inout OptionReader) throws(SettingError) {
        let below1 = 0...Float(1).nextDown
        rate = options.value("rate", default: 0.0001, in: 0...1000, help: "learning rate")
        beta1 = options.value(
            "beta1", default: 0.9, in: below1, help: "the mean's share in a step's direction")
        beta2 = options.value(
            "beta2", default: 0.99, in: below1, help: "memory of the gradient's mean")
        decay = options.value("decay", default: 0, in: 0...1000, help: "decoupled decay")
    }

    /// The mean of gradients.
    public var buffers: Int { 1 }

    /// Counts the step, moves the weights, and then the mean.
    public func step(
        _ parameters: inout Parameters, gradients: Tensor, state: inout OptimizerState, rate: Float
    ) {
        let update = Kernels.LionUpdate(rate: rate, beta1: beta1, beta2: beta2, decay: decay)
        state.step += 1
        parameters.update { weights in
            weights.update { weights in
                state.buffers[0].update { mean in
                    Kernels.update(&weights, gradient: gradients.floats, mean: &mean, by: update)
                }
            }
        }
    }
}
