import Bytes

extension Model {
    /// The numbers that a training step keeps of one sample until its gradients are computed: the
    /// input of each operation.
    public var activations: Int {
        let tape = Tape()
        let meter = OperationMeter()
        tape.meter = meter
        let pass = ForwardPass(
            .training, parameters: Parameters(zerosFor: slots), buffers: initialBuffers,
            tape: tape, key: RandomKey(seed: 0))
        _ = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        return meter.entries.reduce(0) { sum, entry in
            sum + entry.calls * (entry.operands.first?.reduce(1, *) ?? 0)
        }
    }
}
