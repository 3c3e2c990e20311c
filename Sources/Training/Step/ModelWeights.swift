import NeuralNetwork

/// A model's weights and running moments at one time.
public struct ModelWeights: Sendable {
    /// The weights.
    public var parameters: Parameters
    /// The running moments.
    public var buffers: Buffers
}
