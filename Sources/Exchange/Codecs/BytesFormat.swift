import Bytes
import CohortGraph

/// Bytes as they are stored, N×C×…, behind a table for each channel of the 256 values that they
/// stand for: single precision at a byte a value, exact.
enum BytesFormat: PayloadFormat {
    /// How many values a byte may stand for.
    static let levels = 256

    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        let head = layout.channels.multipliedReportingOverflow(by: 4 * levels)
        guard !head.overflow else { throw WireError(.dimensions, "too many channels") }
        try layout.expect(head.partialValue + layout.count, of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        guard layout.count > 0 else { return [] }
        let head = 4 * levels * layout.channels
        let table = [Float](littleEndian: Array(payload[..<head]))
        let area = layout.valuesPerSample / layout.channels
        var values = [Float](repeating: 0, count: layout.count)
        for start in stride(from: 0, to: layout.count, by: area) {
            let row = start / area % layout.channels * levels
            for index in start..<start + area {
                values[index] = table[row + Int(payload[head + index])]
            }
        }
        return values
    }
}

extension KnowledgeTensor {
    /// Stored bytes N×C×…, with what each stands for in its channel: C rows of 256 values.
    ///
    /// - Precondition: `bytes` fills `shape`, and `table` has a row for each channel.
    public init(name: String, kind: KnowledgeKind, shape: [Int], bytes: [UInt8], table: [Float]) {
        precondition(shape.reduce(1, *) == bytes.count, "the bytes do not fill \(shape)")
        precondition(table.count == shape[1] * BytesFormat.levels, "a row for each channel")
        self.init(
            name: name, kind: kind, shape: shape, encoding: .bytes,
            payload: table.littleEndianBytes + bytes)
    }

    /// The octets of a payload of stored bytes N×C×….
    public static func byteCount(ofBytes shape: [Int]) -> Int {
        4 * BytesFormat.levels * shape[1] + shape.reduce(1, *)
    }
}
