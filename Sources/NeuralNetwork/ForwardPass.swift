import Bytes

/// One evaluation of a model: the parameters it uses, the mode, the statistics it finds and the taps it
/// fills. Nothing here outlives the step unless the caller commits it.
public final class ForwardPass {
    public enum Mode: Hashable, Sendable {
        /// Batch moments and dropout; running statistics move.
        case training
        /// Running statistics, no dropout.
        case evaluation
    }

    public let mode: Mode
    /// The statistics after this pass.
    public private(set) var buffers: Buffers
    /// The activations at the model's named places, by name.
    public private(set) var taps: [String: Variable] = [:]
    private let leaves: [Variable]
    private let key: RandomKey
    private var draws = 0

    /// - Parameters:
    ///   - tape: records the pass for gradients in the parameters; nil for a pass without.
    ///   - key: determines dropout.
    public init(
        _ mode: Mode, parameters: Parameters, buffers: Buffers, tape: Tape? = nil,
        key: RandomKey
    ) {
        self.mode = mode
        self.buffers = buffers
        self.key = key
        leaves = parameters.slots.map { slot in
            tape?.leaf(parameters[slot]) ?? Variable(parameters[slot])
        }
    }

    /// The parameter of a number that ``ModelBuilder`` gave out.
    public func parameter(_ number: Int) -> Variable { leaves[number] }

    /// A fresh random key for each operation that draws.
    public func nextKey() -> RandomKey {
        defer { draws += 1 }
        return key.child(draws)
    }

    /// Names an activation, so that it can be summarised as knowledge.
    public func tap(_ name: String, _ activation: Variable) {
        taps[name] = activation
    }

    /// Changes the running moments of a number that ``ModelBuilder`` gave out.
    func updateMoments(_ number: Int, _ body: (inout Buffers.Channels) -> Void) {
        body(&buffers.layers[number])
    }

    /// Removes the gradients of all parameters, before the gradient of another scalar is computed.
    public func clearGradients() {
        for leaf in leaves { leaf.node?.clearGradient() }
    }

    /// The gradients of all parameters after the tape was played back, in the layout of the store.
    public func gradients(of parameters: Parameters) -> Tensor {
        Parameters(parameters.slots) { leaves[$0].gradient }.flat
    }
}
