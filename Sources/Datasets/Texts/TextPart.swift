/// The texts of a part of a data set, training or test, with their tokens.
struct TextPart {
    /// What it is called: `training`.
    let name: String
    let entries: [LabelledTexts.Entry]
    /// The tokens of each text, no more than the length.
    private(set) var tokens: [[Int]] = []
    /// How many tokens each text has, before it is cut.
    private(set) var lengths: [Int] = []
    /// How many of the tokens that samples hold stand for what is in no vocabulary.
    private(set) var unknown = 0

    init(name: String, entries: [LabelledTexts.Entry]) {
        self.name = name
        self.entries = entries
    }

    /// Makes tokens of all texts.
    mutating func encode(by encoder: inout any TokenEncoder, length: Int) {
        let missing = encoder.tokens.unknown
        for entry in entries {
            let all = encoder.encode(entry.text)
            let cut = encoder.cut(all, to: length)
            tokens.append(cut)
            lengths.append(all.count)
            if let missing { unknown += cut.count { $0 == missing } }
        }
    }

    /// The samples, each padded to a length: bytes where all tokens are, else floats.
    func samples(_ classes: ClassNames, _ set: TokenSet, length: Int) -> SampleSet {
        func padded<Element>(_ element: (Int) -> Element) -> [Element] {
            var elements: [Element] = []
            elements.reserveCapacity(tokens.count * length)
            for text in tokens {
                for token in text { elements.append(element(token)) }
                for _ in text.count..<length { elements.append(element(set.padding)) }
            }
            return elements
        }
        return SampleSet(
            shape: [1, 1, length],
            pixels: set.texts.count <= 256
                ? .bytes(padded { UInt8($0) }) : .floats(padded { Float($0) }),
            labels: entries.map { classes[$0.label] ?? 0 }, classCount: classes.count)
    }
}
