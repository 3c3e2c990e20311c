/// The running moments of every batch normalization of a model: state that is not learned by
/// gradient.
public struct Buffers: Sendable {
    /// One normalization's moments.
    public struct Channels: Hashable, Sendable {
        /// The layer's name; PyTorch keeps `name.running_mean`, `.running_var`,
        /// `.num_batches_tracked`.
        public let name: String
        /// The running mean of each channel.
        public var mean: [Float]
        /// The running unbiased variance of each channel.
        public var variance: [Float]
        /// How many batches have moved them.
        public var batches: Int

        init(name: String, count: Int) {
            self.name = name
            mean = Array(repeating: 0, count: count)
            variance = Array(repeating: 1, count: count)
            batches = 0
        }
    }

    /// Of a model without batch normalization.
    public static let none = Buffers(layers: [])

    /// The moments of each normalization, in the order in which a model declares them.
    public var layers: [Channels]
}
