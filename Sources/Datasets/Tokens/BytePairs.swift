import Options

/// Pieces of bytes (Sennrich et al. 2016), as GPT-2 divides them (Radford et al. 2019).
///
/// A text is divided by `ByteLevelSplitter`. Within a part the bytes are joined pair by pair, in
/// the order in which the pairs were learned. No text is unknown, and tokens give the text again.
public struct BytePairs: Tokenizer, Configurable {
    public static let name = "bpe"
    public static let summary =
        "pieces of bytes, of GPT-2's files or learned (Sennrich et al. 2016)"

    private let files: (vocabulary: String, merges: String)?
    private let learning: BytePairLearning
    private let end: String

    /// Reads `vocabulary`, `merges`, `size`, `min-count` and `end`.
    public init(options: inout OptionReader) throws(SettingError) {
        let vocabulary = options.optionalPath(
            "vocabulary", help: "GPT-2's vocab.json; by default one is learned of the texts")
        let merges = options.optionalPath("merges", help: "the merges.txt that belongs to it")
        files = vocabulary.flatMap { path in merges.map { (path, $0) } }
        learning = try options.reading(
            refusedBecause: vocabulary == nil && merges == nil
                ? nil : "beside files, which hold a learned vocabulary; leave it out"
        ) { (options) throws(SettingError) in
            BytePairLearning(
                size: options.value(
                    "size", default: PieceLearning.usualSize,
                    in: BytePairLearning.fewest...1 << 24,
                    help: "the most tokens of a learned vocabulary"),
                least: options.value(
                    "min-count", default: PieceLearning.usualCount, in: 1...Int.max,
                    help: "how often two pieces stand together to be joined, while learning"))
        }
        end = options.value(
            "end", default: "<|endoftext|>", help: "the token that ends a text, and pads")
        if end.isEmpty { options.note(options.failure("end", "is empty; name a token")) }
        for (key, path, other) in [
            ("vocabulary", vocabulary, merges), ("merges", merges, vocabulary),
        ] where path != nil && other == nil {
            options.note(
                options.failure(
                    key, "needs \(key == "merges" ? "vocabulary" : "merges") beside it"))
        }
    }

    /// The files' places change nothing: their tokens are part of the samples.
    public var keys: SettingKeys {
        guard files != nil else { return .numbers }
        return [
            "kind": .numbers, "vocabulary": .placement, "merges": .placement, "size": .numbers,
            "min-count": .numbers, "end": .numbers,
        ]
    }

    public var paths: [String] { files.map { [$0.vocabulary, $0.merges] } ?? [] }

    public func encoder(learningFrom texts: [String]) throws(DatasetError) -> any TokenEncoder {
        guard let files else { return learning.encoder(of: texts, end: end) }
        let pieces = try NumberedTokens(json: files.vocabulary).texts
        guard let end = pieces.firstIndex(of: end) else {
            throw DatasetError(
                .impossible,
                "\(files.vocabulary): has no token '\(end)'; name the one that ends a text by"
                    + " tokenizer: {kind: bpe, end: TOKEN}")
        }
        let model = try BytePairModel(
            pieces, pairs: try Self.pairs(of: files.merges), of: files.vocabulary,
            mergesPath: files.merges)
        let tokens = TokenSet(
            rules: "pieces of bytes", texts: pieces, unknown: nil, padding: end, end: end,
            joining: .byteAlphabet(literal: [end]))
        return LiteralTokenEncoder(BytePairEncoder(tokens, model), literal: [end])
    }

    /// The pairs of a `merges.txt`: two pieces on each line, under a line of the version.
    private static func pairs(of path: String) throws(DatasetError) -> [MergedPair] {
        var (pairs, mistakes): ([MergedPair], Mistakes) = ([], Mistakes())
        for line in try TextLines.read(path) where !line.text.hasPrefix("#version") {
            if let pair = MergedPair(line.text, place: "line \(line.number)") {
                pairs.append(pair)
            } else {
                mistakes.add("line \(line.number): is no two pieces with a space between them")
            }
        }
        try mistakes.check(path, remedy: "a merges.txt has a pair of pieces on each line")
        return pairs
    }
}
