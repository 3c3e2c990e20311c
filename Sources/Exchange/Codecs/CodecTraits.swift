/// Facts about a codec on which others rely.
public struct CodecTraits: OptionSet, Hashable, Sendable {
    /// The bits of the facts.
    public let rawValue: UInt8

    /// The facts of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Values come back bit by bit as they were.
    public static let exact = CodecTraits(rawValue: 1 << 0)
    /// Rows of probabilities still add up to 1, within what a receiver tolerates.
    public static let keepsSimplex = CodecTraits(rawValue: 1 << 1)
}
