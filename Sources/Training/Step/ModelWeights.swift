import CohortGraph
import NeuralNetwork

/// A model's weights and running moments at one time.
public struct ModelWeights: Sendable {
    /// The weights.
    public var parameters: Parameters
    /// The running moments.
    public var buffers: Buffers
}

extension ModelWeights {
    /// Moves an average towards the weights of a step.
    ///
    /// - Parameter kept: the part of the average that stays, in 0...1.
    mutating func follow(
        _ weights: ModelWeights, keeping kept: Float, _ moments: MovingAverage.Moments
    ) {
        parameters.update { flat in
            flat = (Variable(flat) * kept + Variable(weights.parameters.flat) * (1 - kept)).value
        }
        guard moments == .averaged else { return }
        for (place, layer) in weights.buffers.layers.enumerated() {
            buffers.layers[place].follow(layer, keeping: kept)
        }
    }
}

extension Buffers.Channels {
    fileprivate mutating func follow(_ other: Self, keeping kept: Float) {
        for channel in mean.indices {
            mean[channel] = mean[channel] * kept + other.mean[channel] * (1 - kept)
            variance[channel] = variance[channel] * kept + other.variance[channel] * (1 - kept)
        }
        batches = other.batches
    }
}
