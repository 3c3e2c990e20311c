import FoundationEssentials
import Options

/// What of a `tokenizer.json` (Hugging Face's `tokenizers`) determines the tokens of a text.
struct HuggingFaceFile {
    let path: String
    let contents: Contents

    /// The parts of the file.
    struct Contents: Decodable {
        let model: Model
        let normalizer: Normalizer?
        let preTokenizer: PreTokenizer?
        let addedTokens: [AddedToken]?
        let padding: Padding?

        private enum CodingKeys: String, CodingKey {
            case model, normalizer, padding
            case preTokenizer = "pre_tokenizer"
            case addedTokens = "added_tokens"
        }
    }

    struct Model: Decodable {
        let type: String?
        let vocab: [String: Int]
        let merges: [Pair]?
        let dropout: Double?
        let ignoreMerges: Bool?
        let prefix: String?
        let suffix: String?
        let unknown: String?
        let mostCharacters: Int?

        private enum CodingKeys: String, CodingKey {
            case type, vocab, merges, dropout
            case ignoreMerges = "ignore_merges"
            case prefix = "continuing_subword_prefix"
            case suffix = "end_of_word_suffix"
            case unknown = "unk_token"
            case mostCharacters = "max_input_chars_per_word"
        }
    }

    /// `"Ġ t"`, or `["Ġ", "t"]`.
    struct Pair: Decodable {
        let texts: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                let pair = MergedPair(text, place: "")
                texts = pair.map { [$0.left, $0.right] } ?? [text]
            } else {
                texts = try container.decode([String].self)
            }
        }
    }

    struct Normalizer: Decodable {
        let type: String
        let cleans: Bool?
        let separatesIdeographs: Bool?
        let stripsAccents: Bool?
        let lowercases: Bool?

        private enum CodingKeys: String, CodingKey {
            case type
            case cleans = "clean_text"
            case separatesIdeographs = "handle_chinese_chars"
            case stripsAccents = "strip_accents"
            case lowercases = "lowercase"
        }
    }

    struct PreTokenizer: Decodable {
        let type: String
        let addsSpace: Bool?
        let usesExpression: Bool?

        private enum CodingKeys: String, CodingKey {
            case type
            case addsSpace = "add_prefix_space"
            case usesExpression = "use_regex"
        }
    }

    struct AddedToken: Decodable {
        let id: Int
        let content: String
        let isWord: Bool?
        let stripsLeft: Bool?
        let stripsRight: Bool?
        let isNormalized: Bool?

        private enum CodingKeys: String, CodingKey {
            case id, content
            case isNormalized = "normalized"
            case isWord = "single_word"
            case stripsLeft = "lstrip"
            case stripsRight = "rstrip"
        }
    }

    struct Padding: Decodable {
        let token: Int

        private enum CodingKeys: String, CodingKey { case token = "pad_id" }
    }

    /// Reads a file.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66), or no such file (65).
    init(_ path: String) throws(DatasetError) {
        self.path = path
        let data = Data(try DataFile.read(path))
        do { contents = try JSONDecoder().decode(Contents.self, from: data) } catch {
            // Whatever its form, the type of its model says more than a missing field.
            struct Named: Decodable {
                struct Model: Decodable { let type: String }
                let model: Model
            }
            let type = (try? JSONDecoder().decode(Named.self, from: data))?.model.type
            let known = type.map { Self.models.contains($0) } ?? true
            throw DatasetError(
                known ? .corrupt : .impossible,
                "\(path): " + (known ? "is no tokenizer.json" : Self.refusal(of: type)))
        }
    }

    private static let models = ["BPE", "WordPiece"]

    private static func refusal(of model: String?) -> String {
        "model of type \(model ?? "none") is not supported; \(models.joined(separator: " and ")) are"
    }

    /// What makes tokens of texts.
    ///
    /// - Parameter end: the token that ends a text; nil for the usual one of the model.
    /// - Throws: ``DatasetError`` where the file asks for what is not supported (78), or its parts
    ///   do not fit one another (65).
    func encoder(end: String?) throws(DatasetError) -> any TokenEncoder {
        let base =
            switch contents.model.type {
            case "BPE": try bytePairs(end: end)
            case "WordPiece": try wordPieces(end: end)
            default:
                throw DatasetError(.impossible, "\(path): \(Self.refusal(of: contents.model.type))")
            }
        return LiteralTokenEncoder(base, literal: literal)
    }

    /// The numbers of the tokens that stand in texts as they are written.
    private var literal: Set<Int> { Set((contents.addedTokens ?? []).map(\.id)) }

    private var tokens: [String] {
        get throws(DatasetError) {
            let added = (contents.addedTokens ?? []).map { (text: $0.content, number: $0.id) }
            return try NumberedTokens(
                contents.model.vocab.map { (text: $0.key, number: $0.value) } + added, of: path
            ).texts
        }
    }

    private func bytePairs(end: String?) throws(DatasetError) -> any TokenEncoder {
        let (model, splitting) = (contents.model, contents.preTokenizer)
        try refuse([
            (contents.normalizer != nil, "normalizer \(contents.normalizer?.type ?? "")"),
            (splitting?.type != "ByteLevel", "pre_tokenizer \(splitting?.type ?? "none")"),
            (splitting?.usesExpression == false, "pre_tokenizer: use_regex false"),
            (model.dropout ?? 0 != 0, "model: dropout"),
            (model.ignoreMerges == true, "model: ignore_merges"),
            (model.prefix ?? "" != "", "model: continuing_subword_prefix"),
            (model.suffix ?? "" != "", "model: end_of_word_suffix"),
        ])
        let pieces = try tokens
        let wanted = end ?? "<|endoftext|>"
        guard let end = pieces.firstIndex(of: wanted) else {
            let known = (contents.addedTokens ?? []).map(\.content)
            throw DatasetError(
                .impossible,
                "\(path): has no token '\(wanted)'; name the one that ends a text by tokenizer:"
                    + " {kind: hugging-face, end: TOKEN}: \(nearest(to: wanted, among: known))")
        }
        let merges = try pairs(of: model)
        let pad = contents.padding?.token ?? end
        guard pieces.indices.contains(pad) else {
            throw DatasetError(.corrupt, "\(path): padding: pad_id \(pad) is no token")
        }
        let set = TokenSet(
            rules: "pieces of bytes", texts: pieces, unknown: nil, padding: pad, end: end,
            joining: .byteAlphabet(literal: literal.union([end])))
        return BytePairEncoder(
            set, try BytePairModel(pieces, pairs: merges, of: path, mergesPath: path),
            addsSpace: splitting?.addsSpace ?? true)
    }

    private func pairs(of model: Model) throws(DatasetError) -> [MergedPair] {
        var (pairs, mistakes): ([MergedPair], Mistakes) = ([], Mistakes())
        for (number, pair) in zip(1..., model.merges ?? []) {
            if pair.texts.count == 2 {
                pairs.append(
                    MergedPair(place: "merge \(number)", left: pair.texts[0], right: pair.texts[1]))
            } else {
                mistakes.add("merge \(number): is no two pieces")
            }
        }
        try mistakes.check(path)
        return pairs
    }

    private func wordPieces(end: String?) throws(DatasetError) -> any TokenEncoder {
        let (model, normalizer) = (contents.model, contents.normalizer)
        try refuse([
            (normalizer?.type != "BertNormalizer", "normalizer \(normalizer?.type ?? "none")"),
            (normalizer?.cleans == false, "normalizer: clean_text false"),
            (normalizer?.separatesIdeographs == false, "normalizer: handle_chinese_chars false"),
            (
                contents.preTokenizer?.type != "BertPreTokenizer",
                "pre_tokenizer \(contents.preTokenizer?.type ?? "none")"
            ),
            (model.prefix != WordPieces.continuation, "model: continuing_subword_prefix"),
            (model.unknown != "[UNK]", "model: unk_token \(model.unknown ?? "none")"),
            (
                model.mostCharacters != PieceTable.mostCharacters,
                "model: max_input_chars_per_word"
            ),
            (end != nil && end != "[SEP]", "with WordPiece, end \(end ?? "")"),
        ])
        let lowercases = normalizer?.lowercases ?? true
        let strips = normalizer?.stripsAccents ?? lowercases
        return WordPieceEncoder(
            try PieceTable(try tokens, of: path, hasMarkers: false),
            WordSplitter(lowercases: lowercases, accents: strips ? .stripped : .asWritten))
    }

    /// Refuses what the file asks for and is not supported.
    ///
    /// - Throws: ``DatasetError`` (78) that names all of it.
    private func refuse(_ requests: [(isMade: Bool, name: String)]) throws(DatasetError) {
        let hasNormalizer = contents.normalizer != nil
        let added = (contents.addedTokens ?? []).flatMap { token in
            [
                (
                    token.isWord == true || token.stripsLeft == true || token.stripsRight == true,
                    "added token '\(token.content)' with single_word, lstrip or rstrip"
                ),
                (
                    // Without a normalizer it says nothing.
                    hasNormalizer && token.isNormalized == true,
                    "added token '\(token.content)' with normalized true"
                ),
            ]
        }
        let names = (requests + added).filter { $0.isMade }.map { $0.name }
        guard !names.isEmpty else { return }
        throw DatasetError(
            .impossible,
            "\(path): asks for what is not supported: \(names.joined(separator: "; "))")
    }
}
