import Bytes
import Testing

/// Against streams that CPython's gzip module wrote.
@Suite(.timeLimit(.minutes(1)))
struct GzipTests {
    /// `gzip.compress(b"hello, cohort\n", mtime=0)`
    static let hello: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xCB, 0x48, 0xCD, 0xC9, 0xC9,
        0xD7, 0x51, 0x48, 0xCE, 0xCF, 0xC8, 0x2F, 0x2A, 0xE1, 0x02, 0x00, 0x03, 0x31, 0x22, 0xC2,
        0x0E, 0x00, 0x00, 0x00,
    ]
    static let text = Array("hello, cohort\n".utf8)

    @Test func aMemberIsInflated() throws {
        #expect(try Gzip.inflate(Self.hello) == Self.text)
    }

    @Test func membersFollowOneAnother() throws {
        #expect(try Gzip.inflate(Self.hello + Self.hello) == Self.text + Self.text)
    }

    @Test func truncationAtEveryOffsetIsDamage() {
        for length in Self.hello.indices {
            #expect(throws: Gzip.Failure.damaged) {
                try Gzip.inflate(Array(Self.hello.prefix(length)))
            }
        }
    }

    /// Length, checksum and magic, each altered.
    @Test(arguments: [0, 1, 2, 26, 29, 30, 33])
    func anAlteredFieldIsDamage(_ offset: Int) {
        var bytes = Self.hello
        bytes[offset] ^= 0x10
        #expect(throws: Gzip.Failure.damaged) { try Gzip.inflate(bytes) }
    }

    @Test func theLimitHoldsWhateverTheStreamClaims() throws {
        #expect(throws: Gzip.Failure.tooLarge(limit: 13)) {
            try Gzip.inflate(Self.hello, limit: 13)
        }
        #expect(try Gzip.inflate(Self.hello, limit: 14) == Self.text)
    }
}
