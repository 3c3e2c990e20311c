/// How many columns of a terminal texts take.
enum DisplayWidth {
    /// The columns of a text.
    static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

    /// The start of a text that takes at most so many columns; `…` ends one that is cut.
    static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        var (kept, width) = ("", 0)
        for character in text {
            guard width + of(character) < columns else { break }
            kept.append(character)
            width += of(character)
        }
        return columns > 0 ? kept + "…" : ""
    }

    /// A text in lines that take at most so many columns, broken at spaces; a word that is longer
    /// is cut.
    static func wrapped(_ text: String, to columns: Int) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, of(last) + 1 + of(word) <= columns {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(cut(String(word), to: columns))
            }
        }
    }

    /// A text with spaces up to so many columns.
    static func pad(_ text: String, to columns: Int, isLeft: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, columns - of(text)))
        return isLeft ? text + spaces : spaces + text
    }

    /// 0 for what only marks the character before it, 2 for what Unicode calls wide, 1 otherwise.
    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return 0
        default: break
        }
        let isPicture =
            first.properties.isEmojiPresentation
            || character.unicodeScalars.contains("\u{FE0F}")
        return isPicture || wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// East Asian Wide and Fullwidth (Unicode Standard Annex 11), in whole blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD,
    ]
}
