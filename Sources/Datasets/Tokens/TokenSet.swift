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
    /// How tokens are joined to a text.
    let joining: Joining

    /// How the texts of tokens make a text again.
    enum Joining: Equatable, Sendable {
        /// Each token is a byte of UTF-8.
        case bytes
        /// Each is a word, or where it begins with `##` the continuation of one.
        case words
    }

    /// - Precondition: padding and unknown are tokens.
    init(
        rules: String, texts: [String], unknown: Int?, padding: Int, joining: Joining = .words
    ) {
        precondition(texts.indices.contains(padding), "padding is a token")
        precondition(unknown.map(texts.indices.contains) ?? true, "unknown is a token")
        self.rules = rules
        self.texts = texts
        self.unknown = unknown
        self.padding = padding
        self.joining = joining
    }

    /// What models must know of them.
    public var vocabulary: Vocabulary { Vocabulary(count: texts.count, padding: padding) }

    /// The text of tokens, without the padding at their end, for people to read.
    public func text(of tokens: some Sequence<Int>) -> String {
        var tokens = Array(tokens)
        while tokens.last == padding { tokens.removeLast() }
        switch joining {
        case .bytes: return String(decoding: tokens.map { UInt8($0) }, as: UTF8.self)
        case .words:
            return tokens.reduce(into: "") { text, token in
                let piece = texts[token]
                let isContinuation = WordPieces.continues(piece)
                if !isContinuation, !text.isEmpty { text += " " }
                text += isContinuation ? WordPieces.withoutMark(piece) : piece
            }
        }
    }
}
