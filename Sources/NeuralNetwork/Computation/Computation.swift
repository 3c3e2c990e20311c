import Bytes

/// The operations by which a model makes the logits of a batch, in their order: its evaluation as
/// data. What the model computes for its taps alone is left out.
public struct Computation: Sendable {
    /// Where an operand comes from.
    public enum Operand: Hashable, Sendable {
        /// The batch, N×C×H×W.
        case input
        /// A parameter, by its place in the model's slots.
        case parameter(Int)
        /// A tensor that depends on nothing, by its place in ``Computation/constants``.
        case constant(Int)
        /// What an earlier step computed, by its place in ``Computation/steps``.
        case result(Int)
    }

    /// An operation on some operands.
    public struct Step: Sendable {
        /// What is computed.
        public var operation: Operation
        /// Of what.
        public var operands: [Operand]
        /// The shape of the result.
        public var shape: [Int]
    }

    /// Each refers to earlier ones alone.
    public internal(set) var steps: [Step] = []
    /// The tensors that depend neither on the batch nor on parameters.
    public internal(set) var constants: [Tensor] = []
    /// The logits.
    public internal(set) var output = Operand.input
}

extension Model {
    /// What the model computes in evaluation.
    ///
    /// - Parameters:
    ///   - buffers: the running moments that batch norms normalise by.
    ///   - batch: how many samples the batch has; shapes of results depend on it.
    ///   - output: which of its classifiers answers.
    /// - Precondition: the model has the output.
    public func computation(
        parameters: Parameters, buffers: Buffers, batch: Int, output: ModelOutput = .last
    ) -> Computation {
        let tape = Tape()
        let trace = ComputationTrace()
        tape.trace = trace
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
        for number in slots.indices { trace.name(pass.parameter(number), .parameter(number)) }
        let x = tape.leaf(Tensor(repeating: 0, shape: [batch] + input))
        trace.name(x, .input)
        return trace.computation(of: logits(of: output, x, pass))
    }
}

extension Computation {
    /// The operations of a network's evaluation on one sample, with those for its taps alone.
    ///
    /// - Parameter builder: with which the network was built.
    static func steps(of network: any Network, input: [Int], _ builder: ModelBuilder) -> [Step] {
        let tape = Tape()
        let trace = ComputationTrace()
        tape.trace = trace
        let pass = ForwardPass(
            .evaluation, parameters: Parameters(zerosFor: builder.slots), buffers: builder.buffers,
            tape: tape, key: RandomKey(seed: 0))
        for number in builder.slots.indices {
            trace.name(pass.parameter(number), .parameter(number))
        }
        let x = tape.leaf(Tensor(repeating: 0, shape: [1] + input))
        trace.name(x, .input)
        _ = network(x, pass)
        return trace.steps
    }
}
