import CDigests

/// The Castagnoli checksum: reflected polynomial 0x82F63B78, as in iSCSI (RFC 3720) and TFRecord.
public struct CRC32C: Sendable {
    private var crc: UInt32 = ~0

    /// The checksum of no bytes.
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
        crc = cohort_crc32c(crc, bytes.span)
    }
}
