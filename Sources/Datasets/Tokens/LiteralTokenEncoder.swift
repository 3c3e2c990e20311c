/// Encodes texts in which some tokens stand as they are written, such as `<|endoftext|>`, and what
/// is between them by another encoder.
struct LiteralTokenEncoder: TokenEncoder {
    private var base: any TokenEncoder
    /// The tokens by their texts in UTF-8, longer ones first.
    private let literal: [(text: [UInt8], number: Int)]
    private let firstBytes: Set<UInt8>

    /// - Parameter literal: the numbers of the tokens.
    init(_ base: any TokenEncoder, literal: Set<Int>) {
        self.base = base
        self.literal = literal.map { (text: Array(base.tokens.texts[$0].utf8), number: $0) }
            .sorted { ($1.text.count, $0.number) < ($0.text.count, $1.number) }
        firstBytes = Set(self.literal.compactMap { $0.text.first })
    }

    var tokens: TokenSet { base.tokens }

    mutating func encode(_ text: String) -> [Int] {
        let bytes = Array(text.utf8)
        var numbers: [Int] = []
        var (start, place) = (0, 0)
        while place < bytes.count {
            guard firstBytes.contains(bytes[place]),
                let found = literal.first(where: {
                    !$0.text.isEmpty && bytes[place...].starts(with: $0.text)
                })
            else {
                place += 1
                continue
            }
            numbers += base.encode(String(decoding: bytes[start..<place], as: UTF8.self))
            numbers.append(found.number)
            place += found.text.count
            start = place
        }
        guard start > 0 else { return base.encode(text) }
        return numbers + base.encode(String(decoding: bytes[start...], as: UTF8.self))
    }

    func cut(_ tokens: [Int], to length: Int) -> [Int] { base.cut(tokens, to: length) }
}
