/// What the elements of a sample are, which decides which models can read it.
public enum SampleContents: Equatable, Sendable {
    /// Pixels of channels, rows and columns.
    case image
    /// Numbers without a place among one another, 1×1×D: the columns of a table.
    case features
    /// Tokens of a sequence 1×1×T.
    case tokens(TokenSet)

    /// What there are several of, for messages.
    public var plural: String {
        switch self {
        case .image: "images"
        case .features: "features"
        case .tokens: "tokens"
        }
    }

    /// Whether equal samples of both mean the same: tokens do where they stand for the same texts.
    func means(the other: SampleContents) -> Bool {
        switch (self, other) {
        case (.tokens(let own), .tokens(let others)): own == others
        case (.tokens, _), (_, .tokens): false
        default: true
        }
    }

    /// What is wrong where two data sets hold different ones, and what to do.
    var contrast: String {
        switch self {
        case .image, .features: "and both must hold the same kind of samples"
        case .tokens:
            "whose numbers mean other words; name one file for both by data.options.tokenizer:"
                + " {kind: wordpiece, vocabulary: FILE}, or take the tokenizer bytes"
        }
    }
}
