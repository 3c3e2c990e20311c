import Bytes

extension Model {
    /// The places of the model whose activations can be summarised, with their shapes without the
    /// sample dimension: `layer3` is C×H×W, `features` D.
    public var taps: [String: [Int]] {
        let parameters = Parameters(zerosFor: slots)
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: initialBuffers,
            key: RandomKey(seed: 0))
        _ = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        return pass.taps.mapValues { Array($0.shape.dropFirst()) }
    }
}
