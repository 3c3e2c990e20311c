import Options

/// Pieces of words (Wu et al. 2016), as BERT divides them (Devlin et al. 2019).
///
/// A text is divided by `WordSplitter`. From the start of a word the longest piece of the
/// vocabulary is taken, then the longest one of those that continue a word, which begin with `##`.
/// A word of more than 100 characters, or one that the vocabulary does not make up, is `[UNK]`.
public struct WordPieces: Tokenizer, Configurable {
    public static let name = "wordpiece"
    public static let summary = "pieces of words, of a BERT vocabulary or learned (Wu et al. 2016)"

    /// What a piece that continues a word begins with.
    static let continuation = "##"

    /// Whether a piece continues a word. A mark that is joined to the character behind it, as an
    /// accent joins it, is a mark all the same.
    static func continues(_ piece: String) -> Bool { piece.utf8.starts(with: continuation.utf8) }

    /// A piece without the mark of a continuation.
    static func withoutMark(_ piece: String) -> String {
        String(decoding: piece.utf8.dropFirst(continuation.utf8.count), as: UTF8.self)
    }

    private let vocabulary: String?
    private let learning: PieceLearning
    private let hasMarkers: Bool
    private let splitter: WordSplitter

    /// Reads `vocabulary`, `size`, `min-count`, `lower-case`, `strip-accents` and `markers`.
    public init(options: inout OptionReader) throws(SettingError) {
        vocabulary = options.optionalPath(
            "vocabulary", help: "a BERT vocab.txt; by default one is learned of the training texts")
        let size = options.optional(
            "size", Int.self, in: 16...1 << 24, fallback: "\(PieceLearning.usualSize)",
            help: "the most tokens of a learned vocabulary")
        let least = options.optional(
            "min-count", Int.self, in: 1...Int.max, fallback: "\(PieceLearning.usualCount)",
            help: "how often two pieces stand together to be joined, while learning")
        learning = PieceLearning(
            size: size ?? PieceLearning.usualSize, least: least ?? PieceLearning.usualCount)
        let lowercases = options.flag(
            "lower-case", default: true, help: "as BERT's uncased vocabularies need it")
        let strips = options.flag(
            "strip-accents", default: lowercases, help: "whether accents are left out")
        splitter = WordSplitter(
            lowercases: lowercases, accents: strips ? .stripped : .asWritten)
        hasMarkers = options.flag(
            "markers", default: false, help: "whether [CLS] and [SEP] enclose a text")
        for (key, value) in [("size", size), ("min-count", least)]
        where vocabulary != nil && value != nil {
            options.note(
                options.failure(
                    key,
                    "is of a vocabulary that is learned, and vocabulary names a file;"
                        + " leave one of them out"))
        }
    }

    /// A vocabulary's place changes nothing: its tokens are part of the samples.
    public var keys: SettingKeys {
        guard vocabulary != nil else { return .numbers }
        return [
            "kind": .numbers, "vocabulary": .placement, "size": .numbers, "min-count": .numbers,
            "lower-case": .numbers, "strip-accents": .numbers, "markers": .numbers,
        ]
    }

    public var paths: [String] { vocabulary.map { [$0] } ?? [] }

    public func encoder(learningFrom texts: [String]) throws(DatasetError) -> any TokenEncoder {
        let pieces =
            if let vocabulary { try VocabularyFile.read(vocabulary) } else {
                try learning.pieces(
                    of: WordCounts(of: texts, by: splitter, longest: PieceTable.mostCharacters))
            }
        let place = vocabulary ?? "the learned vocabulary"
        return WordPieceEncoder(
            try PieceTable(pieces, of: place, hasMarkers: hasMarkers), splitter)
    }
}
