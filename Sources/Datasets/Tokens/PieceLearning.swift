/// Learns a vocabulary of pieces from the words of texts, by joining the two neighbours that stand
/// together most often (Sennrich et al. 2016) until it has its size.
///
/// It begins with `[PAD]`, `[UNK]`, `[CLS]` and `[SEP]`, then the characters, then the joined
/// pieces in the order in which they were found. Among equally frequent pairs the one whose left
/// piece, then whose right piece has the smaller number is joined, so that the same texts give the
/// same pieces.
struct PieceLearning: Sendable {
    static let usualSize = 8000
    static let usualCount = 2
    private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]

    /// The most tokens.
    let size: Int
    /// How often a pair must stand in the texts.
    let least: Int

    /// The vocabulary of some words.
    ///
    /// - Throws: ``DatasetError`` (78) where there are no words.
    func pieces(of words: WordCounts) throws(DatasetError) -> [String] {
        guard !words.counts.isEmpty else {
            throw DatasetError(
                .impossible, "tokenizer wordpiece: the training texts hold no words to learn of")
        }
        let alphabet = Self.alphabet(of: words, most: size - Self.special.count)
        let numbers = Dictionary(
            alphabet.enumerated().map { (Array($1.utf8), Self.special.count + $0) },
            uniquingKeysWith: { first, _ in first })
        var joining = PieceJoining(
            words.ascending.compactMap { word, count in
                let characters = Self.characters(of: word)
                let pieces = characters.compactMap { numbers[Array($0.utf8)] }
                return pieces.count == characters.count ? (pieces, count) : nil
            })
        var pieces = Self.special + alphabet
        while pieces.count < size, let pair = joining.mostFrequent(least: least) {
            joining.join(pair, as: pieces.count)
            pieces.append(pieces[pair.left] + WordPieces.withoutMark(pieces[pair.right]))
        }
        return pieces
    }

    /// The characters of words, as pieces that begin a word or continue it: the most frequent ones,
    /// in the order of their bytes.
    private static func alphabet(of words: WordCounts, most: Int) -> [String] {
        // By their bytes: characters that look alike are different tokens.
        var counts: [[UInt8]: Int] = [:]
        for (word, count) in words.counts {
            for piece in characters(of: word) { counts[Array(piece.utf8), default: 0] += count }
        }
        let chosen = counts.sorted {
            $0.value == $1.value
                ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
        }
        return chosen.prefix(most).map(\.key).sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// A word's characters as pieces.
    static func characters(of word: [UInt8]) -> [String] {
        String(decoding: word, as: UTF8.self).unicodeScalars.enumerated().map { place, scalar in
            place == 0 ? String(scalar) : WordPieces.continuation + String(scalar)
        }
    }
}
