import Options

/// The bytes of a text in UTF-8: a token is the value of a byte, and 0 is padding.
public struct ByteTokenizer: Tokenizer, OptionFree {
    public static let name = "bytes"
    public static let summary = "a token for each byte of UTF-8; no vocabulary is needed"

    public init() {}

    public func encoder(learningFrom texts: [String]) -> any TokenEncoder { Encoder() }

    private struct Encoder: TokenEncoder {
        let tokens = TokenSet(
            rules: "bytes of UTF-8",
            texts: ["[PAD]"]
                + (1...255).map { value in
                    (0x21...0x7E).contains(value)
                        ? String(UnicodeScalar(UInt8(value)))
                        : "<\(String(value, radix: 16, uppercase: true))>"
                },
            unknown: nil, padding: 0, joining: .bytes)

        func encode(_ text: String) -> [Int] { text.utf8.map(Int.init) }

        /// Ends before a character of which not all bytes fit.
        func cut(_ tokens: [Int], to length: Int) -> [Int] {
            guard tokens.count > length else { return tokens }
            var end = length
            while end > 0, tokens[end] & 0xC0 == 0x80 { end -= 1 }
            return Array(tokens[..<end])
        }
    }
}
