/// What can be told of a corpus: its size, its tokens, and what is unlikely.
struct CorpusReport {
    let parts: [SequenceTokens]
    let division: DocumentDivision
    let tokens: TokenSet
    let length: Int

    private static let mostCharacters = 70
    /// Fewer training samples teach a language model little.
    private static let fewSamples = 50
    /// With fewer training tokens for each of the vocabulary, most of these are nearly never seen.
    private static let fewUses = 10

    /// Lines about the vocabulary and each part, and the beginning of the first sample.
    var facts: [String] {
        let end =
            tokens.end == tokens.padding ? "which ends a text too" : "\(tokens.end) ends a text"
        return [
            "tokens: \(tokens.rules), \(tokens.texts.count) different ones, padded by"
                + " \(tokens.padding), \(end)"
        ] + parts.map(summary) + ["test texts: \(division.rule)", "begins: \(beginning)"]
    }

    private func summary(of part: SequenceTokens) -> String {
        let unknown =
            tokens.unknown == nil
            ? "" : ", \(Percentage(part.unknown, of: part.total)) of tokens unknown"
        let padded = part.count * length - part.labelCount
        let unlabelled =
            padded == 0
            ? ""
            : ", \(Percentage(padded, of: part.count * length)) of positions without"
                + " a label"
        let texts = part.lineLengths.isEmpty ? "texts" : "lines"
        let ratio = (part.bytesPerLabel * 1000).rounded() / 1000
        return "\(part.name): \(part.documents.count) \(texts), \(part.documents.bytes) bytes,"
            + " \(part.total) tokens, \(ratio) bytes per token\(unknown)\(unlabelled)"
    }

    /// The first training sample, as its tokens make it.
    private var beginning: String {
        let inputs = parts[0].inputs(of: 0).split(separator: tokens.end).first ?? []
        let text = tokens.text(of: inputs).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return text.count > Self.mostCharacters ? "\(text.prefix(Self.mostCharacters))…" : text
    }

    /// What is allowed and unlikely to be meant.
    var remarks: [String] { size + parts.flatMap(remarks) + duplicates + padding }

    private var size: [String] {
        let (training, known) = (parts[0], tokens.texts.count)
        var remarks: [String] = []
        if training.count < Self.fewSamples {
            remarks.append(
                "the training texts make \(training.count) samples of \(length) tokens, which teach"
                    + " little; add text, or lower length")
        }
        if known > 256, training.total < Self.fewUses * known {
            remarks.append(
                "the vocabulary has \(known) tokens, and the training texts \(training.total), so"
                    + " that most tokens are seen too seldom; lower the tokenizer's size, or take"
                    + " bytes")
        }
        return remarks
    }

    private func remarks(on part: SequenceTokens) -> [String] {
        var remarks: [String] = []
        if 5 * part.unknown > part.total {
            remarks.append(
                "\(Percentage(part.unknown, of: part.total)) of the tokens of the \(part.name) texts"
                    + " are in no vocabulary; raise the tokenizer's size, lower min-count, or take"
                    + " bpe or bytes")
        }
        let cut = part.lineLengths.count { $0 > length + 1 }
        if cut > 0 {
            remarks.append(
                "\(cut) of \(part.count) \(part.name) lines have more than \(length) tokens and lose"
                    + " their end; a length of \((part.lineLengths.max() ?? 1) - 1) holds all")
        }
        if let first = part.unlabelled.first {
            remarks.append(
                "\(part.unlabelled.count) \(part.name) lines have no token to be predicted, the"
                    + " first at \(first)")
        }
        return remarks
    }

    /// Texts that stand in the training and in the test part.
    private var duplicates: [String] {
        let train = Set(division.train.map(\.text))
        let known = division.test.filter { train.contains($0.text) }
        guard let first = known.first else { return [] }
        return [
            "\(known.count) of \(division.test.count) test texts stand among the training texts too,"
                + " the first at \(first.place)"
        ]
    }

    /// Where nearly all positions are padding, which costs time and serves nothing.
    private var padding: [String] {
        let sorted = parts[0].lineLengths.sorted()
        guard let longest = sorted.isEmpty ? nil : sorted[(sorted.count - 1) * 99 / 100],
            length > 16, 4 * longest < length
        else { return [] }
        return [
            "99 % of the training lines have at most \(longest) tokens; a length of \(longest)"
                + " trains faster than \(length)"
        ]
    }
}
