/// An architecture that reads sequences of tokens.
public protocol SequenceArchitecture: Architecture {
    /// How many different tokens there are; nil for as many as the data have.
    var tokens: Int? { get set }
    /// The token that fills a sequence up to its length, and has no influence; nil for none.
    var padding: Int? { get set }
}

extension SequenceArchitecture {
    /// How many different tokens there are: by default the values of a byte.
    var tokenCount: Int { tokens ?? 256 }

    /// The tokens. Padding that lies beyond a smaller number of
    /// tokens, which the options give, is none of them.
    public var vocabulary: Vocabulary? {
        Vocabulary(
            count: tokenCount, padding: padding.flatMap { $0 < tokenCount ? $0 : nil })
    }

    /// For these tokens; a number of tokens that the options give stays.
    public func reading(_ vocabulary: Vocabulary) -> any Architecture {
        var model = self
        model.tokens = tokens ?? vocabulary.count
        model.padding = vocabulary.padding
        return model
    }
}
