/// A tensor that may have a gradient: the operand of every differentiable operation.
///
/// A variable made from a tensor alone is a constant; one from ``Tape/leaf(_:)`` gathers its
/// gradient.
public struct Variable {
    /// What was computed.
    public let value: Tensor
    let node: Node?

    init(value: Tensor, node: Node?) {
        self.value = value
        self.node = node
    }

    /// A constant.
    public init(_ value: Tensor) {
        self.init(value: value, node: nil)
    }

    /// The extent of each dimension; none for a scalar.
    public var shape: [Int] { value.shape }

    /// Whether a gradient flows back through this variable.
    public var needsGradient: Bool { node != nil }

    /// Whether its gradient is wanted when the tape is played back: not after
    /// ``ForwardPass/settle()``.
    var wantsGradient: Bool { node.map { !$0.isSettled } ?? false }

    /// The gradient of a leaf after ``Tape/backward(from:keepsRecord:)``; nil where the loss does
    /// not depend on it.
    public var gradient: Tensor? { node?.gradient }

    /// Removes the gradient of a leaf, before that of another scalar is computed.
    public func clearGradient() { node?.clearGradient() }

    /// The same value as a constant: no gradient flows through it.
    public var detached: Variable { Variable(value) }

    /// The result of an operation, recorded on the operands' tape if any of them needs a gradient.
    ///
    /// - Parameters:
    ///   - inputs: the operands.
    ///   - multiplyAdds: of computing it as a convolution or a matrix product of the first two.
    ///   - gradientMultiplyAdds: of its gradients; by default as many again for each of the first
    ///     two operands that needs one.
    ///   - name: what an ``OperationMeter`` calls it; by default the function that records it.
    ///   - operation: what is computed, for a model's ``Computation``; by default an operation that
    ///     models do not consist of.
    ///   - gradients: from the gradient in the result, the gradient in each operand; called once,
    ///     and entries for operands that need none may be nil.
    public static func operation(
        _ value: Tensor, of inputs: [Variable], multiplyAdds: Int = 0,
        gradientMultiplyAdds: Int? = nil, named name: @autoclosure () -> String = #function,
        as operation: @autoclosure () -> Operation? = nil,
        gradients: @escaping (Tensor) -> [Tensor?]
    ) -> Variable {
        let nodes = inputs.map(\.node)
        guard let tape = nodes.lazy.compactMap({ $0?.tape }).first else { return Variable(value) }
        let output = Node(tape: tape)
        let work = MultiplyAdds(
            forward: multiplyAdds,
            backward: gradientMultiplyAdds ?? inputs.prefix(2).count { $0.needsGradient }
                * multiplyAdds)
        let metered = tape.meter?.record(
            String(name().prefix { $0 != "(" }), of: inputs, value, multiplyAdds: work)
        tape.trace?.record(
            operation() ?? .other(name()), of: inputs, output, shape: value.shape)
        tape.record(output, metered: metered) { upstream in
            for (node, gradient) in zip(nodes, gradients(upstream)) {
                if let node, let gradient { node.accumulate(gradient) }
            }
        }
        return Variable(value: value, node: output)
    }
}
