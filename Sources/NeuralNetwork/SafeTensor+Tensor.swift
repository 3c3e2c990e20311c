import Bytes

extension SafeTensor {
    /// The elements of a tensor as F32.
    public init(_ tensor: Tensor) {
        self.init(floats: tensor.values, shape: tensor.shape)
    }

    /// An F32 tensor as the engine's, nil for another type.
    public var tensor: Tensor? {
        floats.map { Tensor(shape: shape, values: $0) }
    }
}
