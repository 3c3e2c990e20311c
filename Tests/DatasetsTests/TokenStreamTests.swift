import Datasets
import Options
import Testing

/// Text of tokens that come one at a time.
@Suite(.timeLimit(.minutes(1))) struct TokenStreamTests {
    private func tokens(_ name: String, learningFrom texts: [String] = []) throws -> TokenSet {
        try Tokenizers.registry.make(name, options: nil).encoder(learningFrom: texts).tokens
    }

    /// The text of each token that a stream gives, and of its end.
    private func parts(_ set: TokenSet, _ tokens: [Int]) -> [String] {
        var stream = TokenStream(set)
        return tokens.map { stream.append($0) } + [stream.finish()]
    }

    @Test func onlyWholeCharactersAreGiven() throws {
        let set = try tokens("bytes")
        let text = "aé漢😀"
        #expect(
            parts(set, text.utf8.map(Int.init)) == [
                "a", "", "é", "", "", "漢", "", "", "", "😀", "",
            ])
        #expect(parts(set, [0xE6, 0xBC]) == ["", "", "\u{FFFD}"])
        #expect(parts(set, [0xE6, 0x41, 0xFF]) == ["", "\u{FFFD}A", "\u{FFFD}", ""])
    }

    /// Whatever bytes come, the stream gives what the whole gives.
    @Test(arguments: 0..<200) func aStreamIsItsWhole(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let bytes: [Int] = (0..<40).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let sample = [0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xF5, 0xFF]
            return sample[Int(state >> 33) % sample.count]
        }
        let whole = String(decoding: bytes.map { UInt8($0) }, as: UTF8.self)
        let joined = try parts(tokens("bytes"), bytes).joined()
        #expect(Array(joined.utf8) == Array(whole.utf8))
    }

    @Test func wordsHaveSpacesBetweenThem() throws {
        let set = try tokens("words", learningFrom: ["a b a b"])
        #expect(parts(set, [2, 3, 1]) == ["a", " b", " [UNK]", ""])
    }
}
