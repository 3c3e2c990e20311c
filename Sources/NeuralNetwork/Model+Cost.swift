import Bytes

extension Model {
    /// What a training step's direct algorithm costs for each sample, in multiply-adds of
    /// convolutions and matrix products.
    public var multiplyAdds: MultiplyAdds { meteredSample.multiplyAdds }

    /// The operations of a training step's forward pass on one sample.
    var meteredSample: OperationMeter {
        let tape = Tape()
        let meter = OperationMeter()
        tape.meter = meter
        let pass = ForwardPass(
            .training, parameters: Parameters(zerosFor: slots), buffers: initialBuffers,
            tape: tape, key: RandomKey(seed: 0))
        _ = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        return meter
    }
}
