/// What a codec declares of itself, as far as others must decide by it.
public struct CodecTraits: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public let rawValue: Int

    /// The set with these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Decoded values equal the encoded ones to the bit.
    public static let exact = CodecTraits(rawValue: 1 << 0)
    /// Probabilities of a sample that add up to 1 still do so when they are decoded, up to
    /// rounding.
    public static let keepsSimplex = CodecTraits(rawValue: 1 << 1)
}
