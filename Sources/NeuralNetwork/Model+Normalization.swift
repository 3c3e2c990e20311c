import Bytes

extension Model {
    /// The fewest values that a batch normalization of the model has for each channel of one
    /// sample: the smallest map's height times its width. Nil for a model without.
    public var fewestNormalized: Int? {
        let pass = ForwardPass(
            .training, parameters: Parameters(zerosFor: slots), buffers: initialBuffers,
            key: RandomKey(seed: 0))
        _ = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        return pass.fewestNormalized
    }
}
