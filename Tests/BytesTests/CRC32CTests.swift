import Bytes
import Testing

/// Against RFC 3720, appendix B.4.
@Suite(.timeLimit(.minutes(1)))
struct CRC32CTests {
    static let published: [([UInt8], UInt32)] = [
        (Array("123456789".utf8), 0xE306_9283),
        ([], 0),
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        ((0..<32).reversed(), 0x113F_DB5C),
    ]

    @Test(arguments: published)
    func publishedChecksum(_ bytes: [UInt8], _ checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }

    /// Eight bytes are taken in at a time; the rest of a piece one by one.
    @Test func piecesGiveTheSameAsTheWhole() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        for cut in bytes.indices {
            var crc = CRC32C()
            crc.update(Array(bytes[..<cut]))
            crc.update(Array(bytes[cut...]))
            #expect(crc.checksum == CRC32C.checksum(bytes))
        }
    }

    /// Long ones are read at three places at once, short ones are not.
    @Test(arguments: [49_151, 49_152, 49_160, 98_304, 150_001])
    func longBytesGiveTheSameAsTheirPieces(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 &>> 3) }
        var crc = CRC32C()
        for start in stride(from: 0, to: count, by: 1000) {
            crc.update(Array(bytes[start..<min(count, start + 1000)]))
        }
        #expect(crc.checksum == CRC32C.checksum(bytes))
    }
}
