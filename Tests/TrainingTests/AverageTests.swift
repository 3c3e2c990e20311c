import Bytes
import CohortGraph
import NeuralNetwork
import Testing
import Training

/// The moving average of all that a model's weights consist of.
@Suite(.timeLimit(.minutes(1))) struct AverageTests {
    /// Weights of a quantised net, all of whose numbers are one number.
    private func weights(of number: Float) throws -> ModelWeights {
        let quantization = Quantization(
            weights: 4, activations: 8, method: try QuantizationMethods.registry.make("minmax"))
        let model = try Model(
            ResNet(depth: 8, width: 2), input: [1, 4, 4], classes: 3, quantization: quantization)
        var weights = ModelWeights(
            parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers)
        weights.parameters.update { $0 = Tensor(repeating: number, shape: $0.shape) }
        for place in weights.buffers.layers.indices {
            for channel in weights.buffers.layers[place].mean.indices {
                weights.buffers.layers[place].mean[channel] = number
                weights.buffers.layers[place].variance[channel] = number
            }
        }
        for place in weights.buffers.ranges.indices {
            weights.buffers.ranges[place].lowest = -number
            weights.buffers.ranges[place].highest = number
            weights.buffers.ranges[place].batches = Int(number)
        }
        return weights
    }

    /// The running moments and the ranges of inputs follow as the weights do, or stay.
    @Test(arguments: MovingAverage.Moments.allCases)
    func everythingFollows(moments: MovingAverage.Moments) throws {
        var average = try weights(of: 4)
        average.follow(try weights(of: 8), keeping: 0.75, moments)
        #expect(average.parameters.flat.values.allSatisfy { $0 == 5 })
        let expected: Float = moments == .averaged ? 5 : 4
        #expect(!average.buffers.layers.isEmpty && !average.buffers.ranges.isEmpty)
        for layer in average.buffers.layers {
            #expect((layer.mean + layer.variance).allSatisfy { $0 == expected })
        }
        for range in average.buffers.ranges {
            #expect((range.lowest, range.highest) == (-expected, expected))
            #expect(range.batches == (moments == .averaged ? 8 : 4))
        }
    }
}
