import Bytes

extension Model {
    /// A place of a model whose activation can be summarised.
    public struct Tap: Hashable, Sendable {
        /// Without the sample dimension: `layer3` is C×H×W, `features` D.
        public var shape: [Int]
        /// The function by which the layer ends; nil for one without.
        public var function: Activation?

        /// A place of a shape, by default of a layer without a function.
        public init(shape: [Int], function: Activation? = nil) {
            self.shape = shape
            self.function = function
        }
    }

    /// The places of the model whose activations can be summarised, by name.
    public var tapPlaces: [String: Tap] {
        let parameters = Parameters(zerosFor: slots)
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: initialBuffers,
            key: RandomKey(seed: 0))
        _ = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        let activations = pass.activations
        return Dictionary(
            uniqueKeysWithValues: activations.names.map { name in
                let shape = activations.shape(of: name) ?? []
                return (name, Tap(shape: shape, function: pass.tapFunctions[name]))
            })
    }

    /// The shapes of these places.
    public var taps: [String: [Int]] { tapPlaces.mapValues(\.shape) }
}
