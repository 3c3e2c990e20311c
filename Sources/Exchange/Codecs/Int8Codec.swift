import CohortGraph
import Options

/// Whole numbers from -127 to 127 with a scale for each sample: symmetric linear quantisation.
///
/// Error: at most half the sample's scale, that is 1/254 of its largest magnitude; where that is
/// below 2⁻¹²⁶, at most 2⁻¹⁴². A sample with a value that is not finite reads as not finite
/// throughout.
public struct Int8Codec: KnowledgeCodec, OptionFree {
    public static let name = "int8"
    public static let summary = "whole numbers with a scale for each sample: 1 byte a value"

    /// The codec; it has no options.
    public init() {}

    public var traits: CodecTraits { [] }
    public var encoding: Encoding { .int8 }

    public func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8] {
        let samples = shape.first ?? 1
        let width = samples == 0 ? 0 : values.count / samples
        var bytes = [UInt8](repeating: 0, count: 4 * samples + values.count)
        for sample in 0..<samples {
            let row = values[sample * width..<(sample + 1) * width]
            let scale = Self.scale(of: row)
            bytes.set(scale.bitPattern, at: 4 * sample)
            for index in row.indices {
                bytes[4 * samples + index] = Self.quantised(values[index], by: scale)
            }
        }
        return bytes
    }

    /// A 127th of the largest magnitude.
    private static func scale(of row: ArraySlice<Float>) -> Float {
        guard row.allSatisfy(\.isFinite) else { return .nan }
        let scale = (row.lazy.map(abs).max() ?? 0) / 127
        return (scale * 127).isFinite ? scale : scale.nextDown
    }

    private static func quantised(_ value: Float, by scale: Float) -> UInt8 {
        guard scale > 0 else { return 0 }
        let quotient = (Double(value) / Double(scale)).rounded(.toNearestOrEven)
        return UInt8(bitPattern: Int8(min(max(quotient, -127), 127)))
    }
}

extension Int8Codec: PayloadFormat {
    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        try layout.expect(4 * layout.samples + layout.count, of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        let head = 4 * layout.samples
        var values: [Float] = []
        values.reserveCapacity(layout.count)
        for sample in 0..<layout.samples where layout.valuesPerSample > 0 {
            let scale = payload.float(at: 4 * sample)
            let start = head + sample * layout.valuesPerSample
            for byte in payload[start..<start + layout.valuesPerSample] {
                values.append(Float(Int8(bitPattern: byte)) * scale)
            }
        }
        return values
    }
}
