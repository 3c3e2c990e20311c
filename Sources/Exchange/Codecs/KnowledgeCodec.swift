import CohortGraph

/// How a learner's values become the payload that travels: exactly, or in fewer bytes.
///
/// A codec is one file with a line in ``Codecs`` and a case of `Encoding`; <doc:WireFormat> says
/// what its bytes are. Whatever the options, the payload can be decoded by anyone who has its
/// shape.
public protocol KnowledgeCodec: Sendable {
    /// The facts by which others decide.
    var traits: CodecTraits { get }
    /// What it writes.
    var encoding: Encoding { get }

    /// The payload of `values`, which are row-major in `shape`.
    ///
    /// Values that are not finite stay recognisable as such, so that a receiver refuses them.
    /// - Parameter temperature: of the edge, for logits; `nil` where the values are probabilities
    ///   or no responses.
    /// - Precondition: `values` fills `shape`.
    func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8]
}

/// The reading side of a codec: what a payload of its encoding must be, and its values.
protocol PayloadFormat {
    /// Refuses a payload whose size does not follow from the shape and the payload's head.
    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError)

    /// The values of a payload that was checked.
    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float]

    /// Whether all values of a payload that was checked are finite.
    static func isFinite(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> Bool
}

extension PayloadFormat {
    static func isFinite(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> Bool {
        try decode(payload, layout).allSatisfy(\.isFinite)
    }
}

extension Encoding {
    var format: any PayloadFormat.Type {
        switch self {
        case .float32: Float32Codec.self
        case .float16: Float16Codec.self
        case .int8: Int8Codec.self
        case .topK: TopKCodec.self
        case .fixedPoint: FixedPointFormat.self
        case .bytes: BytesFormat.self
        }
    }
}
