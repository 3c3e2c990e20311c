import Options

/// The `tokenizer.json` of a Hugging Face model: byte-level pieces as GPT-2's, or BERT's pieces of
/// words.
///
/// A text has the tokens of `encode(text, add_special_tokens=False)`. What a file asks for beside
/// these two is refused by its name.
public struct HuggingFaceTokenizer: Tokenizer, Configurable {
    public static let name = "hugging-face"
    public static let summary = "a tokenizer.json as it is: byte-level BPE, or BERT's WordPiece"

    private let file: String?
    private let end: String?

    /// Reads `file` and `end`.
    public init(options: inout OptionReader) throws(SettingError) {
        file = options.optionalPath("file", help: "a tokenizer.json")
        end = options.optional(
            "end", String.self, fallback: "<|endoftext|>, or [SEP] of WordPiece",
            help: "the token that ends a text")
        if file == nil {
            options.note(options.failure("file", "names no tokenizer.json: add one"))
        }
    }

    public var keys: SettingKeys {
        ["kind": .numbers, "file": .placement, "end": .numbers]
    }

    public var paths: [String] { file.map { [$0] } ?? [] }

    public func encoder(learningFrom texts: [String]) throws(DatasetError) -> any TokenEncoder {
        guard let file else { preconditionFailure("what lacks a file has a mistake") }
        return try HuggingFaceFile(file).encoder(end: end)
    }
}
