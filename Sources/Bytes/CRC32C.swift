/// The Castagnoli checksum: reflected polynomial 0x82F63B78, as in iSCSI (RFC 3720) and TFRecord.
public enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }

    /// The checksum of `bytes`; `"123456789"` gives `e3069283`.
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { crc, byte in
            table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8
        }
    }
}
