import Bytes
import NeuralNetwork

/// A model in training on one batch, again and again: forward, cross-entropy, backward, and
/// stochastic gradient descent with momentum.
public struct Trainee {
    /// The optimiser, with a rate so small that the loss never diverges.
    public static let optimizer = SGD(rate: 0.001, momentum: 0.9)

    private let problem: BenchmarkProblem
    private var parameters: Parameters
    private var buffers: Buffers
    private var memory: OptimizerState

    /// The model before its first step.
    public init(_ problem: BenchmarkProblem) {
        self.problem = problem
        parameters = problem.initialParameters
        buffers = problem.model.initialBuffers
        memory = Self.optimizer.initialState(for: parameters)
    }

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - meter: watches the model's and the loss's operations.
    ///   - update: receives the time of the parameters' gradients and their update.
    /// - Returns: the loss before it.
    @discardableResult
    public mutating func step(
        meter: OperationMeter? = nil, update: (Duration) -> Void = { _ in }
    ) -> Float {
        let tape = Tape()
        tape.meter = meter
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 1))
        meter?.start()
        let loss = problem.model.network(Variable(problem.inputs), pass)
            .crossEntropy(problem.labels)
        tape.backward(from: loss)
        let start = ContinuousClock.now
        Self.optimizer.step(
            &parameters, gradients: pass.gradients(of: parameters), state: &memory,
            rate: Self.optimizer.rate)
        buffers = pass.buffers
        update(ContinuousClock.now - start)
        return loss.value.scalar
    }
}
