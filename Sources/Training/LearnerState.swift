import Bytes
import NeuralNetwork

/// Everything that a step changes in a learner: a value, replaced as a whole when a step commits.
public struct LearnerState: Sendable {
    /// How many steps were done.
    public var step = 0
    public var parameters: Parameters
    public var statistics: Statistics
    public var optimizer: OptimizerState

    /// A learner before its first step.
    public init(parameters: Parameters, statistics: Statistics, optimizer: any Optimizer) {
        self.parameters = parameters
        self.statistics = statistics
        self.optimizer = optimizer.initialState(for: parameters)
    }

    /// The weights as a file that PyTorch loads.
    public var weights: SafeTensorsFile { SafeTensorsFile(parameters, statistics) }

    /// The SHA-256 of ``weights``, in hexadecimal: equal for learners equal to the bit.
    public var digest: String { SHA256.hexadecimal(weights.encoded()) }
}
