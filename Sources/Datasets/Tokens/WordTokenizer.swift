import Options

/// The words of a text, of a vocabulary that is learned from the texts to train on.
///
/// Words are divided as by `WordSplitter`, with their accents. Token 0 is padding and 1 every
/// word that has no token; from 2 on come the words, the most frequent first, among equals in the
/// order of their bytes.
public struct WordTokenizer: Tokenizer, Configurable {
    public static let name = "words"
    public static let summary = "a token for each frequent word of the training texts"

    private let size: Int
    private let least: Int
    private let lowercases: Bool

    /// Reads `size`, `min-count` and `lower-case`.
    public init(options: inout OptionReader) throws(SettingError) {
        size = options.value(
            "size", default: 20_000, in: 3...1 << 24,
            help: "the most tokens, padding and unknown among them")
        least = options.value(
            "min-count", default: 2, in: 1...Int.max,
            help: "how often a word stands in the training texts at least")
        lowercases = options.flag(
            "lower-case", default: true, help: "whether words are put in lower case")
    }

    public func encoder(learningFrom texts: [String]) throws(DatasetError) -> any TokenEncoder {
        let splitter = WordSplitter(lowercases: lowercases, accents: .composed)
        let words = WordCounts(of: texts, by: splitter).mostFrequent(least: least, most: size - 2)
        guard !words.isEmpty else {
            throw DatasetError(
                .impossible,
                "tokenizer words: no word stands \(least) times in the \(texts.count) training"
                    + " texts; lower min-count, or take tokenizer: bytes")
        }
        return Encoder(splitter, words, lowercases: lowercases)
    }

    private struct Encoder: TokenEncoder {
        let tokens: TokenSet
        private var splitter: WordSplitter
        private let numbers: [[UInt8]: Int]

        init(_ splitter: WordSplitter, _ words: [[UInt8]], lowercases: Bool) {
            self.splitter = splitter
            numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0 + 2) })
            tokens = TokenSet(
                rules: "words" + (lowercases ? " in lower case" : ""),
                texts: ["[PAD]", "[UNK]"] + words.map { String(decoding: $0, as: UTF8.self) },
                unknown: 1, padding: 0)
        }

        mutating func encode(_ text: String) -> [Int] {
            splitter.words(of: text).map { numbers[$0] ?? 1 }
        }
    }
}
