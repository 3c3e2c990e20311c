/// Learns pieces of bytes from texts: the two neighbours that stand together most often are joined,
/// again and again (Sennrich et al. 2016), within the parts into which GPT-2 divides a text
/// (Radford et al. 2019).
///
/// Token 0 ends a text. Then come the bytes in the order of the characters of `ByteAlphabet`, then
/// the joined pieces in the order in which they were found. Among equally frequent pairs the one
/// whose left piece, then whose right piece has the smaller number is joined, so that the same
/// texts give the same pieces.
struct BytePairLearning: Sendable {
    /// The tokens without any joined piece.
    static let fewest = 257

    /// The most tokens.
    let size: Int
    /// How often a pair must stand in the texts.
    let least: Int

    /// The encoder of the pieces that texts give.
    ///
    /// - Parameter end: the text of the token that ends a text.
    func encoder(of texts: [String], end: String) -> any TokenEncoder {
        let alphabet = ByteAlphabet.characters.enumerated().sorted { $0.element < $1.element }
        var bytes = [Int](repeating: 0, count: 256)
        for (place, byte) in alphabet.enumerated() { bytes[byte.offset] = 1 + place }
        let words = WordCounts(of: texts) { ByteLevelSplitter(addsSpace: false).split($0, $1) }
        var joining = PieceJoining(
            words.ascending.map { ($0.word.map { bytes[Int($0)] }, $0.count) })
        var pieces = [end] + alphabet.map { String($0.element) }
        var numbers: [String: Int] = [:]
        var joins: [PiecePair: BytePairModel.Join] = [:]
        while pieces.count < size, let pair = joining.mostFrequent(least: least) {
            let piece = pieces[pair.left] + pieces[pair.right]
            let number = numbers[piece] ?? pieces.count
            if number == pieces.count { pieces.append(piece) }
            numbers[piece] = number
            joining.join(pair, as: number)
            joins[pair] = BytePairModel.Join(rank: joins.count, number: number)
        }
        let tokens = TokenSet(
            rules: "pieces of bytes", texts: pieces, unknown: nil, padding: 0, end: 0,
            joining: .byteAlphabet(literal: [0]))
        return LiteralTokenEncoder(
            BytePairEncoder(tokens, BytePairModel(bytes: bytes, joins: joins)), literal: [0])
    }
}
