import Bytes
import Testing

/// Against the examples of FIPS 180-4 and NIST's long messages.
@Suite(.timeLimit(.minutes(1)))
struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
                + "klmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func publishedDigest(_ text: String, _ digest: String) {
        #expect(SHA256.hexadecimal(Array(text.utf8)) == digest)
    }

    @Test func millionTimesA() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            SHA256.hexadecimal(bytes)
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Not every processor has instructions for it.
    @Test func plainCodeGivesTheSame() {
        for length in [0, 1, 63, 64, 65, 300] {
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var plain = SHA256(isFast: false)
            plain.update(message[...])
            #expect(plain.finalized() == SHA256.digest(message))
        }
    }

    /// The padding has a corner at every length around a block's end.
    @Test func piecesGiveTheSameAsTheWhole() {
        let bytes = (0..<200).map { UInt8($0) }
        for length in 0...200 {
            let message = Array(bytes.prefix(length))
            for cut in stride(from: 0, through: length, by: 7) {
                var hash = SHA256()
                hash.update(message[..<cut])
                hash.update(message[cut...])
                #expect(hash.finalized() == SHA256.digest(message))
            }
        }
    }

    /// `printf 'a%.0s' $(seq N) | sha256sum` for the lengths around the padding's corner.
    @Test(arguments: [
        (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
        (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    ])
    func lengthsAroundABlock(_ count: Int, _ digest: String) {
        #expect(SHA256.hexadecimal([UInt8](repeating: UInt8(ascii: "a"), count: count)) == digest)
    }
}
