import NeuralNetwork

/// The tokens of a data set of texts: what each number stands for.
public struct TokenSet: Equatable, Sendable {
    /// How texts become tokens, in words that a user has written: `words, in lower case`.
    public let rules: String
    /// What each token stands for, by its number: of a piece that continues a word `##ing`.
    public let texts: [String]
    /// The token of what has no token of its own; nil where everything has one.
    public let unknown: Int?
    /// The token that fills a sequence.
    public let padding: Int
    /// The token that ends a text, where one text follows another: the padding where no other
    /// token has this meaning.
    public let end: Int
    /// How tokens are joined to a text.
    let joining: Joining

    /// How the texts of tokens make a text again.
    enum Joining: Equatable, Sendable {
        /// Each token is a byte of UTF-8.
        case bytes
        /// Each is a word, or where it begins with `##` the continuation of one.
        case words
        /// Each is some bytes of UTF-8, written by `ByteAlphabet`, but for these, which are written
        /// as they are.
        case byteAlphabet(literal: Set<Int>)
    }

    /// - Precondition: padding, unknown and end are tokens.
    init(
        rules: String, texts: [String], unknown: Int?, padding: Int, end: Int? = nil,
        joining: Joining = .words
    ) {
        precondition(texts.indices.contains(padding), "padding is a token")
        precondition(unknown.map(texts.indices.contains) ?? true, "unknown is a token")
        precondition(end.map(texts.indices.contains) ?? true, "the end is a token")
        self.rules = rules
        self.texts = texts
        self.unknown = unknown
        self.padding = padding
        self.end = end ?? padding
        self.joining = joining
    }

    /// What models must know of them.
    public var vocabulary: Vocabulary { Vocabulary(count: texts.count, padding: padding) }

    /// The text of tokens, without the padding at their end. Tokens of bytes give the text that
    /// they were made of, byte for byte; words stand between spaces.
    public func text(of tokens: some Sequence<Int>) -> String {
        var tokens = Array(tokens)
        while tokens.last == padding { tokens.removeLast() }
        var stream = TokenStream(self)
        return tokens.reduce(into: "") { $0 += stream.append($1) } + stream.finish()
    }

    /// The bytes of UTF-8 of a token, which may be a part of a character.
    ///
    /// - Parameter isFirst: whether it begins a text, so that no space stands before a word.
    func bytes(of token: Int, isFirst: Bool) -> [UInt8] {
        let text = texts[token]
        switch joining {
        case .bytes: return [UInt8(token)]
        case .words where WordPieces.continues(text):
            return Array(WordPieces.withoutMark(text).utf8)
        case .words: return Array((isFirst ? text : " " + text).utf8)
        case .byteAlphabet(let literal) where literal.contains(token): return Array(text.utf8)
        case .byteAlphabet: return ByteAlphabet.bytes(of: text)
        }
    }
}
