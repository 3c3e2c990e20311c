import Bytes
import CohortGraph
import Distillation
import NeuralNetwork

/// Everything that a step changes in a learner: a value, replaced as a whole when a step commits.
public struct LearnerState: Sendable {
    /// The number of steps that were done.
    public var step = 0
    /// The model's weights.
    public var parameters: Parameters
    /// The model's running moments.
    public var buffers: Buffers
    /// The state of the model's optimiser.
    public var optimizer: OptimizerState
    /// The state of each parameter group beside the model, in the order of the groups: what edges
    /// learn, such as a hint's regressor, belongs to the receiver and is no part of the model.
    public var groups: [ParameterGroup.State]
    /// The earlier versions of the weights that students, or the learner itself, learn from.
    public var versions: [ModelVersion: ModelWeights] = [:]
    /// The gradients since the last update, where several batches make one.
    var accumulated = AccumulatedGradients()
    /// What each teaching term remembers, in the order of the terms.
    public var terms: [TeachingTerm.Memory]

    /// A learner before its first step.
    ///
    /// - Parameters:
    ///   - groups: the parameter groups beside the model.
    ///   - terms: the number of teaching terms.
    ///   - key: of the learner.
    public init(
        parameters: Parameters, buffers: Buffers, groups: [ParameterGroup] = [], terms: Int = 0,
        optimizer: any Optimizer, key: RandomKey
    ) {
        self.parameters = parameters
        self.buffers = buffers
        self.optimizer = optimizer.initialState(for: parameters)
        self.groups = groups.map { $0.initialState(key: key, optimizer) }
        self.terms = Array(repeating: TeachingTerm.Memory(), count: terms)
    }

    /// The weights as a file that PyTorch loads.
    public var weights: SafeTensorsFile { SafeTensorsFile(parameters, buffers) }

    /// The SHA-256 of ``weights``, in hexadecimal: equal for learners equal to the bit.
    public var digest: String { SHA256.hexadecimal(weights.encoded()) }
}
