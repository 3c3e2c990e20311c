import CohortGraph
import Options

/// Single precision, unless rows are so wide that their likeliest classes are sent alone.
///
/// One of the two is chosen where a stage is assembled, once the number of classes is known; by
/// itself it is ``Float32Codec``.
public struct AutomaticCodec: KnowledgeCodec, OptionFree {
    public static let name = "auto"
    public static let summary =
        "fp32; of responses of more than \(mostClasses) classes top-k with k \(likeliest)"

    /// Rows of more classes travel as their likeliest ones.
    public static let mostClasses = 512
    /// How many of these travel.
    public static let likeliest = 50

    /// The codec; it has no options.
    public init() {}

    public var traits: CodecTraits { Float32Codec().traits }
    public var encoding: Encoding { Float32Codec().encoding }

    public func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8] {
        Float32Codec().encode(values, shape: shape, temperature: temperature)
    }
}
