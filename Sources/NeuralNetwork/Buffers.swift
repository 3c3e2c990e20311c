/// The running moments of every batch normalization of a model, the ranges of inputs that its
/// quantisation tracks, and the finished samples of a generator that keeps some: state that is not
/// learned by gradient.
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

    /// The range of the numbers that a quantised layer is given, where its method tracks one.
    public struct Range: Hashable, Sendable {
        /// The layer's name; files hold `name.input_min`, `.input_max`, `.input_batches`.
        public let name: String
        /// The smallest number.
        public var lowest: Float = 0
        /// The largest number.
        public var highest: Float = 0
        /// How many batches have moved it.
        public var batches = 0

        init(name: String) { self.name = name }
    }

    /// Of a model without batch normalization.
    public static let none = Buffers(layers: [])

    /// The moments of each normalization, in the order in which a model declares them.
    public var layers: [Channels]
    /// The range of each quantised layer's input that has one, in the order of the layers.
    public var ranges: [Range] = []
    /// The finished samples of a generator that keeps some; nil for other models.
    public var bank: SampleBank?

    /// Whether every moment, bound and finished sample is a finite number.
    public var isFinite: Bool { nonFiniteLayer == nil && bank?.isFinite != false }

    /// The name of the first layer with a moment or bound that is not finite.
    public var nonFiniteLayer: String? {
        layers.first { !($0.mean + $0.variance).allSatisfy(\.isFinite) }?.name
            ?? ranges.first { !$0.lowest.isFinite || !$0.highest.isFinite }?.name
    }
}
