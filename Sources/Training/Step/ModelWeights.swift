import CohortGraph
import NeuralNetwork

/// A model's weights and running moments at one time.
public struct ModelWeights: Sendable {
    /// The weights.
    public var parameters: Parameters
    /// The running moments, and the ranges of quantised inputs.
    public var buffers: Buffers

    /// Weights and what belongs to them.
    package init(parameters: Parameters, buffers: Buffers) {
        (self.parameters, self.buffers) = (parameters, buffers)
    }
}

extension ModelWeights {
    /// Moves an average towards the weights of a step.
    ///
    /// - Parameter kept: the part of the average that stays, in 0...1.
    package mutating func follow(
        _ weights: ModelWeights, keeping kept: Float, _ moments: MovingAverage.Moments
    ) {
        parameters.update { flat in
            flat = (Variable(flat) * kept + Variable(weights.parameters.flat) * (1 - kept)).value
        }
        guard moments == .averaged else { return }
        for (place, layer) in weights.buffers.layers.enumerated() {
            buffers.layers[place].follow(layer, keeping: kept)
        }
        for (place, range) in weights.buffers.ranges.enumerated() {
            buffers.ranges[place].follow(range, keeping: kept)
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

extension Buffers.Range {
    fileprivate mutating func follow(_ other: Self, keeping kept: Float) {
        lowest = lowest * kept + other.lowest * (1 - kept)
        highest = highest * kept + other.highest * (1 - kept)
        batches = other.batches
    }
}
