/// The text of tokens that come one after another, as a model generates them.
///
/// A token may end within a character of UTF-8: its bytes wait for those that complete it.
public struct TokenStream: Sendable {
    private let tokens: TokenSet
    /// The bytes of a character of which more are to come.
    private var waiting: [UInt8] = []
    private var isFirst = true

    /// Begins a text.
    public init(_ tokens: TokenSet) { self.tokens = tokens }

    /// The characters that a token completes; none where it completes none.
    public mutating func append(_ token: Int) -> String {
        waiting += tokens.bytes(of: token, isFirst: isFirst)
        isFirst = false
        let whole = waiting.count - Self.unfinished(waiting)
        defer { waiting.removeFirst(whole) }
        return String(decoding: waiting[..<whole], as: UTF8.self)
    }

    /// What stands for a character that never became whole, U+FFFD; nothing where all are.
    public mutating func finish() -> String {
        defer { waiting = [] }
        return String(decoding: waiting, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that needs more of them.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0xC0 == 0x80 { continue }
            return length(ofCharacterFrom: byte) > count ? count : 0
        }
        return 0
    }

    /// The bytes of a character, by its first one.
    private static func length(ofCharacterFrom byte: UInt8) -> Int {
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}
