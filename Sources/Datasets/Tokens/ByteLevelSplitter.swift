/// Divides texts as GPT-2 does before it joins pieces (Radford et al. 2019), by the expression
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Every byte of a text is in one of the parts, so that they make the text again.
struct ByteLevelSplitter {
    /// Whether a text that does not begin with a space is given one.
    let addsSpace: Bool

    private static let contractions = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }
    private static let space = UInt8(ascii: " ")

    /// What a character is to the expression.
    private enum Kind { case letter, number, space, other }

    /// Calls back with each part of a text in UTF-8, in their order.
    func split(_ text: String, _ found: ([UInt8]) -> Void) {
        let spaced = addsSpace && !text.isEmpty && text.utf8.first != Self.space
        let bytes = Array((spaced ? " " + text : text).utf8)
        var start = 0
        while start < bytes.count {
            let end = Self.end(of: bytes, from: start)
            found(Array(bytes[start..<end]))
            start = end
        }
    }

    /// Where the part that begins at a place ends.
    private static func end(of bytes: [UInt8], from start: Int) -> Int {
        if bytes[start] == UInt8(ascii: "'"),
            let ending = contractions.first(where: { bytes[(start + 1)...].starts(with: $0) })
        {
            return start + 1 + ending.count
        }
        let word = bytes[start] == space && start + 1 < bytes.count ? start + 1 : start
        let kind = character(of: bytes, at: word).kind
        guard kind == .space else { return endOfRun(of: bytes, from: word, kind) }
        return endOfSpaces(of: bytes, from: start)
    }

    /// Spaces up to the last one, which belongs to the word behind it; all of them at the end of
    /// the text, and the only one where it is no part of a word.
    private static func endOfSpaces(of bytes: [UInt8], from start: Int) -> Int {
        var (place, last) = (start, start)
        while place < bytes.count {
            let next = character(of: bytes, at: place)
            guard next.kind == .space else { return last > start ? last : place }
            (last, place) = (place, next.end)
        }
        return place
    }

    private static func endOfRun(of bytes: [UInt8], from start: Int, _ kind: Kind) -> Int {
        var place = start
        while place < bytes.count {
            let next = character(of: bytes, at: place)
            guard next.kind == kind else { break }
            place = next.end
        }
        return place
    }

    /// The kind of the character at a place, and where it ends.
    private static func character(of bytes: [UInt8], at start: Int) -> (kind: Kind, end: Int) {
        let byte = bytes[start]
        guard byte >= 0x80 else { return (kind(ofASCII: byte), start + 1) }
        var end = start + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let scalar = String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars.first
        return (scalar.map(kind) ?? .other, end)
    }

    private static func kind(ofASCII byte: UInt8) -> Kind {
        switch byte {
        case 0x09...0x0D, 0x20: .space
        case 0x30...0x39: .number
        case 0x41...0x5A, 0x61...0x7A: .letter
        default: .other
        }
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            .letter
        case .decimalNumber, .letterNumber, .otherNumber: .number
        default: scalar.properties.isWhitespace ? .space : .other
        }
    }
}
