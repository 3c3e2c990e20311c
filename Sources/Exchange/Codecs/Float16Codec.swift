import CohortGraph
import Options

/// IEEE 754 half precision, rounded to nearest, ties to even.
///
/// Error: at most 2⁻¹¹ of a value of magnitude 2⁻¹⁴ to 65504, and at most 2⁻²⁵ of a smaller one.
/// Finite values beyond ±65504 become ±65504.
public struct Float16Codec: KnowledgeCodec, OptionFree {
    public static let name = "fp16"
    public static let summary = "half precision: 2 bytes a value"

    /// The codec; it has no options.
    public init() {}

    public var traits: CodecTraits { .keepsSimplex }
    public var encoding: Encoding { .float16 }

    public func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 2 * values.count)
        for (index, value) in values.enumerated() {
            bytes.set(Self.half(value).bitPattern, at: 2 * index)
        }
        return bytes
    }

    private static func half(_ value: Float) -> Float16 {
        let greatest = Float(Float16.greatestFiniteMagnitude)
        return Float16(value.isFinite ? min(max(value, -greatest), greatest) : value)
    }
}

extension Float16Codec: PayloadFormat {
    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        try layout.expect(2 * layout.count, of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        (0..<layout.count).map { Float(Float16(bitPattern: payload.integer(at: 2 * $0))) }
    }
}
