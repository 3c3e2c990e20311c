import Foundation
import Kernels
import Options

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch defines it.
///
/// w −= rate·decay·w, then w −= rate·m̂ / (√v̂ + epsilon) with the moments corrected for their
/// start at 0. The decay applies to every parameter.
public struct AdamW: Optimizer, Configurable {
    public static let name = "adamw"
    public static let summary = "Adam with decoupled weight decay (Loshchilov and Hutter 2019)"

    /// The learning rate.
    public var rate: Float
    /// The share that remains of the mean of gradients at each step.
    public var beta1: Float
    /// The share that remains of the mean of their squares at each step.
    public var beta2: Float
    /// Added to the root of the mean square.
    public var epsilon: Float
    /// The decoupled weight decay, which the rate multiplies.
    public var decay: Float

    /// The defaults are PyTorch's.
    public init(
        rate: Float = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
        decay: Float = 0.01
    ) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
    }

    /// - Throws: ``SettingError`` for an option out of its range.
    public init(options: inout OptionReader) throws(SettingError) {
        let below1 = 0...Float(1).nextDown
        rate = options.value("rate", default: 0.001, in: 0...1000, help: "learning rate")
        beta1 = options.value(
            "beta1", default: 0.9, in: below1, help: "memory of the gradient's mean")
        beta2 = options.value(
            "beta2", default: 0.999, in: below1, help: "memory of the gradient's mean square")
        epsilon = options.value("epsilon", default: 1e-8, in: 0...1)
        decay = options.value("decay", default: 0.01, in: 0...1000, help: "decoupled decay")
    }

    /// The means of gradients and of their squares.
    public var buffers: Int { 2 }

    /// Counts the step, moves both means, and then the weights.
    public func step(
        _ parameters: inout Parameters, gradients: Tensor, state: inout OptimizerState, rate: Float
    ) {
        state.step += 1
        let update = Kernels.AdamWUpdate(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay,
            corrections: (correction(beta1, state.step), correction(beta2, state.step)))
        var (first, second) = (state.buffers[0], state.buffers[1])
        state.buffers = []
        parameters.update { weights in
            weights.update { weights in
                first.update { first in
                    second.update { second in
                        Kernels.update(
                            &weights, gradient: gradients.floats, first: &first, second: &second,
                            by: update)
                    }
                }
            }
        }
        state.buffers = [first, second]
    }

    /// 1 − βᵗ, what a moment that began at 0 has gathered after t steps.
    private func correction(_ beta: Float, _ step: Int) -> Float {
        Float(1 - pow(Double(beta), Double(step)))
    }
}
