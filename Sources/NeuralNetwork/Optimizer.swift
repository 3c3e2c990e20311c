import Options

/// How gradients change parameters: a value without memory; what it remembers is an
/// ``OptimizerState``.
public protocol Optimizer: Sendable {
    /// The learning rate that schedules scale.
    var rate: Float { get }
    /// How many numbers are remembered for each parameter.
    var buffers: Int { get }

    /// Takes one step, with a rate of the moment in place of ``rate``.
    ///
    /// - Precondition: the state came from ``initialState(for:)`` of the same parameters.
    func step(
        _ parameters: inout Parameters, gradients: Tensor, state: inout OptimizerState, rate: Float)
}

/// What an optimiser remembers between steps; part of every checkpoint.
public struct OptimizerState: Sendable {
    /// Steps taken so far.
    public var step: Int
    /// Each laid out as the parameters are.
    public var buffers: [Tensor]

    /// A state that was kept elsewhere, such as in a checkpoint.
    public init(step: Int, buffers: [Tensor]) {
        self.step = step
        self.buffers = buffers
    }
}

extension Optimizer {
    /// The state before the first step.
    public func initialState(for parameters: Parameters) -> OptimizerState {
        let zeros = Tensor(repeating: 0, shape: parameters.flat.shape)
        return OptimizerState(step: 0, buffers: Array(repeating: zeros, count: buffers))
    }
}

extension Optimizer {
    /// Takes one step, and leaves some parameters and what is remembered for them as they are:
    /// neither momentum nor decay moves them. The step counts for them too.
    public func step(
        _ parameters: inout Parameters, gradients: Tensor, state: inout OptimizerState,
        rate: Float, leaving slots: [ParameterSlot]
    ) {
        let before = (parameters, state.buffers)
        step(&parameters, gradients: gradients, state: &state, rate: rate)
        for slot in slots {
            parameters[slot] = before.0[slot]
            for place in state.buffers.indices {
                let kept = before.1[place].floats
                state.buffers[place].update {
                    $0.replace(at: slot.offset, with: kept[slot.range])
                }
            }
        }
    }
}

/// The optimisers that configuration can name.
public enum Optimizers {
    /// A new optimiser is its file and a line here.
    public static let registry = Registry<any Optimizer>(
        kind: "optimizer", [SGD.self, AdamW.self, Lion.self])
}
