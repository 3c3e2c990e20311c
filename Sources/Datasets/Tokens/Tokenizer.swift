import Options

/// A way in which texts become tokens.
///
/// Its options are read with the configuration; what it learns, it learns of the texts to train on.
public protocol Tokenizer: Sendable {
    /// Prepares to encode.
    ///
    /// - Parameter texts: those to train on.
    /// - Throws: ``DatasetError`` where a file that it reads is missing (66) or damaged (65), or
    ///   the texts give no vocabulary (78).
    func encoder(learningFrom texts: [String]) throws(DatasetError) -> any TokenEncoder

    /// The files that it reads.
    var paths: [String] { get }

    /// What each option changes, beside the name under `kind`.
    var keys: SettingKeys { get }
}

extension Tokenizer {
    /// All change numbers.
    public var keys: SettingKeys { .numbers }

    /// None.
    public var paths: [String] { [] }
}

/// Encodes texts one after another; some store the tokens of words that were encoded before.
public protocol TokenEncoder: Sendable {
    /// The tokens and what they stand for.
    var tokens: TokenSet { get }

    /// All tokens of a text, in their order.
    mutating func encode(_ text: String) -> [Int]

    /// The tokens that fit into a length, of all those of a text.
    func cut(_ tokens: [Int], to length: Int) -> [Int]
}

extension TokenEncoder {
    /// The first ones.
    public func cut(_ tokens: [Int], to length: Int) -> [Int] { Array(tokens.prefix(length)) }
}

/// The tokenizers that configuration can name: `tokenizer: NAME` or `tokenizer: {kind: NAME, …}`.
public enum Tokenizers {
    /// A new tokenizer is its file and a line here.
    public static let registry = Registry<any Tokenizer>(
        kind: "tokenizer",
        [
            ByteTokenizer.self,
            WordTokenizer.self,
            WordPieces.self,
            BytePairs.self,
            HuggingFaceTokenizer.self,
        ])
}
