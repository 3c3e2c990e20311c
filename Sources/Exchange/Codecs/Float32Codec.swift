import Bytes
import CohortGraph
import Options

/// IEEE 754 single precision: every bit is kept.
public struct Float32Codec: KnowledgeCodec, OptionFree {
    public static let name = "fp32"
    public static let summary = "single precision, exact: 4 bytes a value"

    /// The codec; it has no options.
    public init() {}

    public var traits: CodecTraits { [.exact, .keepsSimplex] }
    public var encoding: Encoding { .float32 }

    public func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8] {
        values.littleEndianBytes
    }
}

extension Float32Codec: PayloadFormat {
    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        try layout.expect(4 * layout.count, of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        [Float](littleEndian: payload)
    }

    /// The values are not read out: with large messages that would cost more than all other checks.
    static func isFinite(_ payload: [UInt8], _ layout: ValueLayout) -> Bool {
        payload.areOfFiniteFloats
    }
}

/// Numbers in little-endian order at an offset in bytes.
extension [UInt8] {
    func integer<T: FixedWidthInteger>(_: T.Type = T.self, at offset: Int) -> T {
        var value: T = 0
        for index in 0..<T.bitWidth / 8 {
            value |= T(truncatingIfNeeded: self[offset + index]) << T(8 * index)
        }
        return value
    }

    func float(at offset: Int) -> Float { Float(bitPattern: integer(at: offset)) }

    mutating func set<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        for index in 0..<T.bitWidth / 8 {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> T(8 * index))
        }
    }
}
