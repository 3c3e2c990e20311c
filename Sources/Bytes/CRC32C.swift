/// The Castagnoli checksum: reflected polynomial 0x82F63B78, as in iSCSI (RFC 3720) and TFRecord.
public struct CRC32C: Sendable {
    /// Row n: what a byte leaves behind after n more zero bytes, so that eight bytes are taken in
    /// at a time ("slicing by eight", Kounavis and Berry 2005).
    private static let tables: [UInt32] = {
        var rows = (0..<256).map { shiftedOut(UInt32($0)) }
        for index in 256..<2048 {
            let previous = rows[index - 256]
            rows.append(rows[Int(previous & 0xFF)] ^ previous >> 8)
        }
        return rows
    }()

    private static func shiftedOut(_ byte: UInt32) -> UInt32 {
        (0..<8).reduce(byte) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }

    private var crc: UInt32 = ~0

    public init() {}

    /// The checksum of `bytes`; `"123456789"` gives `e3069283`.
    public static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes)
        return crc.checksum
    }

    /// The checksum of all bytes added so far.
    public var checksum: UInt32 { ~crc }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: [UInt8]) {
        let rows = Self.tables
        let (bytes, tables) = (bytes.span, rows.span)
        var crc = crc
        var index = 0
        while index + 8 <= bytes.count {
            for offset in 0..<4 { crc ^= UInt32(bytes[index + offset]) << (8 * offset) }
            var next: UInt32 = 0
            for offset in 0..<4 {
                next ^= tables[256 * (7 - offset) + Int(crc >> (8 * offset) & 0xFF)]
                next ^= tables[256 * (3 - offset) + Int(bytes[index + 4 + offset])]
            }
            crc = next
            index += 8
        }
        while index < bytes.count {
            crc = tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ crc >> 8
            index += 1
        }
        self.crc = crc
    }
}
