/// The texts of a part of a data set, training or test, with their tokens.
struct TextPart {
    /// What it is called: `training`.
    let name: String
    let entries: [LabelledTexts.Entry]
    /// The tokens of all texts, one text after the other, each no more than the length.
    private var tokens: [UInt32] = []
    /// For each text where its tokens end.
    private var ends: [Int] = []
    /// How many tokens each text has, before it is cut.
    private(set) var lengths: [Int] = []
    /// How many of the tokens that samples hold stand for what is in no vocabulary.
    private(set) var unknown = 0
    /// The texts of which a sample holds no token but markers.
    private(set) var empty: [Int] = []

    /// How many tokens samples hold, without padding.
    var keptCount: Int { tokens.count }

    init(name: String, entries: [LabelledTexts.Entry]) {
        self.name = name
        self.entries = entries
    }

    /// Makes tokens of all texts.
    mutating func encode(by encoder: inout any TokenEncoder, length: Int) {
        let missing = encoder.tokens.unknown
        let markers = Set(encoder.encode(""))
        for (index, entry) in entries.enumerated() {
            let all = encoder.encode(entry.text)
            let cut = encoder.cut(all, to: length)
            tokens += cut.lazy.map { UInt32($0) }
            ends.append(tokens.count)
            lengths.append(all.count)
            if markers.isSuperset(of: cut) { empty.append(index) }
            if let missing { unknown += cut.count { $0 == missing } }
        }
    }

    /// The tokens of a text.
    func tokens(of index: Int) -> [Int] { slice(index).map { Int($0) } }

    private func slice(_ index: Int) -> ArraySlice<UInt32> {
        tokens[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// The samples, each padded to a length: bytes where all tokens are, else floats.
    func samples(_ classes: ClassNames, _ set: TokenSet, length: Int) -> SampleSet {
        func padded<Element>(_ element: (Int) -> Element) -> [Element] {
            var elements: [Element] = []
            elements.reserveCapacity(ends.count * length)
            for index in ends.indices {
                let text = slice(index)
                for token in text { elements.append(element(Int(token))) }
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
