/// The running moments of every batch normalization of a model: state that is not learned by gradient.
public struct Buffers: Sendable {
    /// One normalization's moments.
    public struct Channels: Hashable, Sendable {
        /// The layer's name; PyTorch keeps `name.running_mean`, `.running_var`, `.num_batches_tracked`.
        public let name: String
        public var mean: [Float]
        public var variance: [Float]
        public var batches: Int

        init(name: String, count: Int) {
            self.name = name
            mean = Array(repeating: 0, count: count)
            variance = Array(repeating: 1, count: count)
            batches = 0
        }
    }

    /// Of what has no statistics.
    public static let none = Buffers(layers: [])

    public var layers: [Channels]
}
