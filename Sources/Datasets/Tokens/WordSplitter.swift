import Foundation

/// Divides texts into words and marks, by the rules of BERT's basic tokenization (Devlin et al.
/// 2019).
///
/// Spaces divide; each punctuation mark, ASCII symbol and CJK ideograph is a word by itself;
/// control characters and U+FFFD are left out. Lower case is applied to each character by itself.
struct WordSplitter {
    /// What becomes of accents.
    enum Accents {
        /// Each character stays as it is written.
        case asWritten
        /// A letter and its marks become one character where there is one (NFC).
        case composed
        /// Characters are decomposed (NFD), and nonspacing marks left out.
        case stripped
    }

    /// Whether words are written in lower case.
    let lowercases: Bool
    /// What becomes of accents.
    let accents: Accents
    private var known: [UInt32: [Unicode.Scalar]] = [:]

    init(lowercases: Bool, accents: Accents) {
        self.lowercases = lowercases
        self.accents = accents
    }

    /// The words of a text in UTF-8, in their order.
    mutating func words(of text: String) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        func flush() {
            if !word.isEmpty { words.append(word) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in composed(text).unicodeScalars {
            switch Self.kind(of: scalar) {
            case .space: flush()
            case .none: continue
            case .alone where scalar.isASCII || accents != .stripped:
                flush()
                words.append(Array(String(scalar).utf8))
            case .letter where scalar.isASCII:
                word.append(lowercases ? Self.lowercased(scalar) : UInt8(scalar.value))
            case .alone, .letter:
                for part in parts(of: scalar) {
                    let isAlone = Self.kind(of: part) == .alone
                    if isAlone { flush() }
                    word += Array(String(part).utf8)
                    if isAlone { flush() }
                }
            }
        }
        flush()
        return words
    }

    /// The text with composed characters, if it is to have them.
    private func composed(_ text: String) -> String {
        accents != .composed || text.utf8.allSatisfy { $0 < 0x80 }
            ? text : text.precomposedStringWithCanonicalMapping
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> UInt8 {
        let byte = UInt8(scalar.value)
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// What a character becomes in lower case and without accents.
    private mutating func parts(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if let parts = known[scalar.value] { return parts }
        var text = lowercases ? scalar.properties.lowercaseMapping : String(scalar)
        if accents == .stripped { text = text.decomposedStringWithCanonicalMapping }
        let parts = text.unicodeScalars.filter {
            accents != .stripped || $0.properties.generalCategory != .nonspacingMark
        }
        known[scalar.value] = Array(parts)
        return Array(parts)
    }

    private enum Kind { case space, none, alone, letter }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x20, 0x09, 0x0A, 0x0D: return .space
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return .letter
        case 0x21...0x7E: return .alone
        case 0xFFFD: return .none
        case let value where isIdeograph(value): return .alone
        default: break
        }
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
        case .control, .format, .surrogate, .privateUse, .unassigned: return .none
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return .alone
        default: return .letter
        }
    }

    private static func isIdeograph(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
            0x2B740...0x2B81F, 0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
