/// The pieces of a vocabulary by their bytes, with the tokens of special meaning.
struct PieceTable {
    /// The pieces in the order of their numbers.
    let pieces: [String]
    let padding: Int
    let unknown: Int
    /// The tokens before and behind a text; nil where none enclose it.
    let markers: (first: Int, last: Int)?
    /// `[SEP]`, which ends a text; nil in a vocabulary without it.
    let separator: Int?
    private let numbers: [[UInt8]: Int]
    /// The bytes of the longest piece.
    private let longest: Int

    /// - Parameters:
    ///   - place: where the pieces came from, for messages.
    ///   - hasMarkers: whether `[CLS]` and `[SEP]` enclose a text.
    /// - Throws: ``DatasetError`` (65) where `[PAD]`, `[UNK]` or markers are missing.
    init(_ pieces: [String], of place: String, hasMarkers: Bool) throws(DatasetError) {
        let numbers = Dictionary(
            pieces.enumerated().map { (Array($1.utf8), $0) },
            uniquingKeysWith: { first, _ in first })
        let special = ["[PAD]", "[UNK]"] + (hasMarkers ? ["[CLS]", "[SEP]"] : [])
        let places = special.compactMap { numbers[Array($0.utf8)] }
        guard places.count == special.count else {
            let missing = special.filter { numbers[Array($0.utf8)] == nil }
            throw DatasetError(
                .corrupt,
                "\(place): lacks \(missing.joined(separator: ", ")); is it the vocab.txt of a BERT"
                    + " model?")
        }
        self.pieces = pieces
        self.numbers = numbers
        (padding, unknown) = (places[0], places[1])
        markers = hasMarkers ? (places[2], places[3]) : nil
        separator = numbers[Array("[SEP]".utf8)]
        longest = numbers.keys.reduce(0) { max($0, $1.count) }
    }

    /// More characters than this make a word unknown, as in BERT's tokenization.
    static let mostCharacters = 100
    private static let continuation = Array(WordPieces.continuation.utf8)

    /// The pieces of a word in UTF-8.
    func pieces(of word: [UInt8]) -> [Int] {
        guard word.characterCount <= Self.mostCharacters else { return [unknown] }
        var found: [Int] = []
        var start = 0
        while start < word.count {
            guard let (number, end) = longestPiece(of: word, from: start) else { return [unknown] }
            found.append(number)
            start = end
        }
        return found
    }

    private func longestPiece(of word: [UInt8], from start: Int) -> (number: Int, end: Int)? {
        let prefix = start == 0 ? [] : Self.continuation
        var end = min(word.count, start + longest)
        while end > start {
            let isWhole = end == word.count || word[end] & 0xC0 != 0x80
            if isWhole, let number = numbers[prefix + word[start..<end]] { return (number, end) }
            end -= 1
        }
        return nil
    }
}

/// Encodes texts by the pieces of their words.
struct WordPieceEncoder: TokenEncoder {
    let tokens: TokenSet
    private let table: PieceTable
    private var splitter: WordSplitter
    private var known: [[UInt8]: [Int]] = [:]

    init(_ table: PieceTable, _ splitter: WordSplitter) {
        self.table = table
        self.splitter = splitter
        let rules = [
            "pieces of words", splitter.lowercases ? "in lower case" : "",
            splitter.accents == .stripped ? "without accents" : "",
            table.markers == nil ? "" : "between [CLS] and [SEP]",
        ]
        tokens = TokenSet(
            rules: rules.filter { !$0.isEmpty }.joined(separator: " "), texts: table.pieces,
            unknown: table.unknown, padding: table.padding, end: table.separator)
    }

    mutating func encode(_ text: String) -> [Int] {
        var numbers: [Int] = []
        if let markers = table.markers { numbers.append(markers.first) }
        for word in splitter.words(of: text) {
            let pieces = known[word] ?? table.pieces(of: word)
            known[word] = pieces
            numbers += pieces
        }
        if let markers = table.markers { numbers.append(markers.last) }
        return numbers
    }

    /// The first ones, of which the last marker stays.
    func cut(_ tokens: [Int], to length: Int) -> [Int] {
        guard let markers = table.markers, tokens.count > length, length > 0 else {
            return Array(tokens.prefix(length))
        }
        return tokens.prefix(length - 1) + [markers.last]
    }
}
