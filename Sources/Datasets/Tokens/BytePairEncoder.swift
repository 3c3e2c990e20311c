/// Encodes texts by pieces of bytes.
struct BytePairEncoder: TokenEncoder {
    let tokens: TokenSet
    private let model: BytePairModel
    private let splitter: ByteLevelSplitter
    private var known: [[UInt8]: [Int]] = [:]

    /// The pieces of longer words are not stored.
    private static let longestStored = 64

    init(_ tokens: TokenSet, _ model: BytePairModel, addsSpace: Bool = false) {
        self.tokens = tokens
        self.model = model
        splitter = ByteLevelSplitter(addsSpace: addsSpace)
    }

    mutating func encode(_ text: String) -> [Int] {
        var numbers: [Int] = []
        var added: [[UInt8]: [Int]] = [:]
        splitter.split(text) { word in
            if let pieces = known[word] ?? added[word] {
                numbers += pieces
            } else {
                let pieces = model.pieces(of: word)
                if word.count <= Self.longestStored { added[word] = pieces }
                numbers += pieces
            }
        }
        known.merge(added) { first, _ in first }
        return numbers
    }
}
