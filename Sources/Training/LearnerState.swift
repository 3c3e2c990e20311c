import Bytes
import Distillation
import NeuralNetwork

/// Everything that a step changes in a learner: a value, replaced as a whole when a step commits.
public struct LearnerState: Sendable {
    /// How many steps were done.
    public var step = 0
    public var parameters: Parameters
    public var buffers: Buffers
    public var optimizer: OptimizerState
    /// What the edges into the learner learn, such as a hint's regressor: the receiver's, and no part of
    /// the model.
    public var edges: Parameters
    public var edgeOptimizer: OptimizerState
    /// What the terms of the loss remember from one step to the next, by their names.
    public var memories: [String: TermMemory] = [:]
    /// The latest that teachers said of each sample; kept of those alone that may be late.
    package var bank = KnowledgeBank()

    /// A learner before its first step.
    public init(
        parameters: Parameters, buffers: Buffers, edges: Parameters, optimizer: any Optimizer
    ) {
        self.parameters = parameters
        self.buffers = buffers
        self.optimizer = optimizer.initialState(for: parameters)
        self.edges = edges
        edgeOptimizer = optimizer.initialState(for: edges)
    }

    /// The weights as a file that PyTorch loads.
    public var weights: SafeTensorsFile { SafeTensorsFile(parameters, buffers) }

    /// The SHA-256 of ``weights``, in hexadecimal: equal for learners equal to the bit.
    public var digest: String { SHA256.hexadecimal(weights.encoded()) }
}
