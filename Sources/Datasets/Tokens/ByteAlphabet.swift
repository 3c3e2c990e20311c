/// The characters by which vocabularies of byte-level pieces write bytes (Radford et al. 2019): a
/// printable character of Latin-1 stands for itself, and the others are written by the characters
/// from U+0100 on, in their order. A space is written `Ġ`.
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [Unicode.Scalar] = {
        var next: UInt8 = 0
        return (UInt8.min...UInt8.max).map { byte in
            if isPrintable(byte) { return Unicode.Scalar(byte) }
            defer { next += 1 }
            return Unicode.Scalar(UInt16(256) + UInt16(next)) ?? "\u{FFFD}"
        }
    }()

    private static let values = Dictionary(
        uniqueKeysWithValues: characters.enumerated().map { ($1, UInt8($0)) })

    private static func isPrintable(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }

    /// Bytes as a vocabulary writes them.
    static func text(of bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(characters[Int(byte)]) }
        return String(text)
    }

    /// The bytes that a vocabulary writes; characters that stand for none are their own UTF-8.
    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { values[$0].map { [$0] } ?? Array(String($0).utf8) }
    }
}
