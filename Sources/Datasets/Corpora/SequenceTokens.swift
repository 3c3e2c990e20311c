/// The tokens of one part of a corpus, training or test, as sequences of T and the tokens that
/// follow at each of their positions.
struct SequenceTokens {
    /// What it is called: `training`.
    let name: String
    /// How many texts there are, and their bytes in UTF-8.
    let documents: (count: Int, bytes: Int)
    /// How many tokens the texts became, with one at the end of each.
    private(set) var total = 0
    /// How many of them stand for what is in no vocabulary.
    private(set) var unknown = 0
    /// T.
    let length: Int
    /// The inputs of each sequence and what follows its last one, one after the other.
    private var tokens: [UInt32] = []
    /// Where each sequence begins among the tokens, and how many it has.
    private var places: [Range<Int>] = []
    /// The first position of each sequence that has a label.
    private var firstLabels: [Int] = []
    /// The bytes of text for which the labels stand.
    private var labelledBytes = 0.0
    /// How many labels there are.
    private(set) var labelCount = 0
    /// Of lines, how many tokens each has, with the one that ends it.
    private(set) var lineLengths: [Int] = []
    /// The lines of which no label is left.
    private(set) var unlabelled: [String] = []

    /// How many sequences there are.
    var count: Int { places.count }

    /// The mean bytes of text for which a label stands.
    var bytesPerLabel: Double { labelledBytes / Double(max(1, labelCount)) }

    private init(_ name: String, _ documents: [Documents.Document], length: Int) {
        self.name = name
        self.documents = (documents.count, documents.reduce(0) { $0 + $1.text.utf8.count })
        self.length = length
    }

    /// Consecutive windows of the texts, joined with the token that ends a text behind each. The
    /// last token of a window is the first of the next, so that each token but the very first is a
    /// label once.
    ///
    /// - Throws: ``DatasetError`` (78) where the texts have no tokens.
    init(
        _ name: String, windowsOf documents: [Documents.Document], length: Int,
        by encoder: inout any TokenEncoder
    ) throws(DatasetError) {
        self.init(name, documents, length: length)
        let end = UInt32(encoder.tokens.end)
        for document in documents {
            let found = encoder.encode(document.text)
            tally(found, encoder.tokens)
            tokens += found.lazy.map { UInt32($0) }
            tokens.append(end)
        }
        labelCount = total - 1
        labelledBytes = Double(self.documents.bytes) * Double(labelCount) / Double(total)
        places = stride(from: 0, to: labelCount, by: length).map {
            $0..<min($0 + length + 1, total)
        }
        firstLabels = [Int](repeating: 0, count: places.count)
        try check(documents)
    }

    /// A sequence of each line, with the token that ends a text as its last label.
    ///
    /// - Parameter marker: what ends the part of a line that is not to be learned, its prompt.
    /// - Throws: ``DatasetError`` that names the lines without the marker (65), or where no line
    ///   has tokens (78).
    init(
        _ name: String, lines: [Documents.Document], answerAfter marker: String?, length: Int,
        by encoder: inout any TokenEncoder
    ) throws(DatasetError) {
        self.init(name, lines, length: length)
        var mistakes: [DatasetError] = []
        for line in lines {
            guard let parts = Self.divided(line.text, after: marker) else {
                mistakes.append(
                    DatasetError(.corrupt, "\(line.place): lacks '\(marker ?? "")' (answer-after)"))
                continue
            }
            add(
                line, encoder.encode(parts.prompt), encoder.encode(parts.answer), encoder.tokens,
                bytes: parts.answer.utf8.count)
        }
        try DatasetError.check(mistakes)
        try check(lines)
    }

    /// A line up to the end of its marker, and behind it; nil where the marker is missing.
    private static func divided(
        _ line: String, after marker: String?
    ) -> (prompt: String, answer: String)? {
        guard let marker = marker.map({ Array($0.utf8) }) else { return ("", line) }
        let bytes = Array(line.utf8)
        let places = 0..<max(0, bytes.count - marker.count + 1)
        guard let place = places.first(where: { bytes[$0...].starts(with: marker) }) else {
            return nil
        }
        let start = place + marker.count
        return (
            String(decoding: bytes[..<start], as: UTF8.self),
            String(decoding: bytes[start...], as: UTF8.self)
        )
    }

    private mutating func add(
        _ line: Documents.Document, _ prompt: [Int], _ answer: [Int], _ set: TokenSet, bytes: Int
    ) {
        let all = prompt + answer
        tally(all, set)
        lineLengths.append(all.count + 1)
        let kept = (all + [set.end]).prefix(length + 1)
        let first = max(0, prompt.count - 1)
        let labels = max(0, kept.count - 1 - first)
        let start = tokens.count
        tokens += kept.lazy.map { UInt32($0) }
        places.append(start..<tokens.count)
        firstLabels.append(first)
        labelCount += labels
        labelledBytes += Double(bytes) * Double(labels) / Double(answer.count + 1)
        if labels == 0 { unlabelled.append(line.place) }
    }

    /// Counts the tokens of a text.
    private mutating func tally(_ tokens: [Int], _ set: TokenSet) {
        total += tokens.count + 1
        if let missing = set.unknown { unknown += tokens.count { $0 == missing } }
    }

    private func check(_ documents: [Documents.Document]) throws(DatasetError) {
        guard labelCount > 0 else {
            throw DatasetError(
                .impossible,
                "\(documents[0].place): the \(name) texts have no token to be predicted; add text,"
                    + " or raise length")
        }
    }

    /// The bytes in which samples store a token.
    static func bytesPerToken(of set: TokenSet) -> Int { set.texts.count <= 256 ? 1 : 4 }

    /// The samples with a label at each position: bytes where all tokens are, else floats.
    /// Positions behind the end of a sequence hold the padding, and have no label.
    func samples(_ set: TokenSet) -> SampleSet {
        func inputs<Element>(_ element: (Int) -> Element) -> [Element] {
            rows { row, place in element(place < row.count - 1 ? row.token(place) : set.padding) }
        }
        return SampleSet(
            shape: [1, 1, length],
            pixels: Self.bytesPerToken(of: set) == 1
                ? .bytes(inputs { UInt8($0) }) : .floats(inputs { Float($0) }),
            labels: rows { row, place in
                row.hasLabel(place) ? row.token(place + 1) : SampleSet.none
            },
            classCount: set.texts.count, labelsPerSample: length, bytesPerLabel: bytesPerLabel)
    }

    /// A sequence and the token that follows its last input.
    private struct Row {
        let tokens: ArraySlice<UInt32>
        let firstLabel: Int

        var count: Int { tokens.count }

        func token(_ place: Int) -> Int { Int(tokens[tokens.startIndex + place]) }

        func hasLabel(_ place: Int) -> Bool {
            (firstLabel..<max(firstLabel, count - 1)).contains(place)
        }
    }

    /// What each position of each sequence holds.
    private func rows<Element>(_ element: (Row, Int) -> Element) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(count * length)
        for (place, first) in zip(places, firstLabels) {
            let row = Row(tokens: tokens[place], firstLabel: first)
            for position in 0..<length { elements.append(element(row, position)) }
        }
        return elements
    }

    /// The inputs of a sequence.
    func inputs(of index: Int) -> [Int] { tokens[places[index]].dropLast().map { Int($0) } }
}
