/// What can be told of the texts of a data set: lengths, unknown words, and what is unlikely.
struct TextReport {
    let parts: [TextPart]
    let tokens: TokenSet
    let length: Int

    /// How many samples are shown.
    private static let shown = 3
    private static let mostCharacters = 70

    /// Lines about the vocabulary and each part, and the first samples.
    var facts: [String] {
        [
            "tokens: \(tokens.rules), \(tokens.texts.count) different ones, padded by \(tokens.padding)"
        ]
            + parts.map(summary) + samples
    }

    private func summary(of part: TextPart) -> String {
        let sorted = part.lengths.sorted()
        let total = part.lengths.count * length
        let kept = part.keptCount
        let unknown =
            tokens.unknown == nil ? "" : ", \(Percentage(part.unknown, of: kept)) of tokens unknown"
        return "\(part.name): \(sorted.first ?? 0) to \(sorted.last ?? 0) tokens, median"
            + " \(sorted[sorted.count / 2]), 95 % have at most \(longest(part, share: 0.95));"
            + " \(Percentage(cutCount(part), of: sorted.count)) of samples"
            + " cut to \(length), \(Percentage(total - kept, of: total)) of positions padding\(unknown)"
    }

    private func cutCount(_ part: TextPart) -> Int { part.lengths.count { $0 > length } }

    /// The first sample of each of the first classes, as its tokens make it.
    private var samples: [String] {
        var seen: Set<String> = []
        var lines: [String] = []
        for (index, entry) in parts[0].entries.enumerated()
        where lines.count < Self.shown && seen.insert(entry.label).inserted {
            let text = tokens.text(of: parts[0].tokens(of: index)).split(
                whereSeparator: \.isWhitespace
            )
            .joined(separator: " ")
            let shown = text.prefix(Self.mostCharacters)
            lines.append("\(entry.label): \(shown)\(shown.count < text.count ? "…" : "")")
        }
        return lines
    }

    /// What is allowed and unlikely to be meant.
    var remarks: [String] { parts.flatMap(remarks) + duplicates + padding }

    private func remarks(on part: TextPart) -> [String] {
        var remarks: [String] = []
        let (count, kept) = (part.entries.count, part.keptCount)
        if 5 * part.unknown > kept {
            remarks.append(
                "\(Percentage(part.unknown, of: kept)) of the tokens of the \(part.name) texts are in no"
                    + " vocabulary; raise the tokenizer's size, lower min-count, or take wordpiece or"
                    + " bytes")
        }
        if 2 * cutCount(part) > count {
            remarks.append(
                "\(Percentage(cutCount(part), of: count)) of the \(part.name) texts are cut to"
                    + " \(length) tokens; length \(longest(part, share: 0.95)) holds 95 % of them")
        }
        if let first = part.empty.first {
            remarks.append(
                "\(part.empty.count) \(part.name) texts have no token, the first at"
                    + " \(part.entries[first].place)")
        }
        return remarks
    }

    /// The tokens that a share of the texts has at most.
    private func longest(_ part: TextPart, share: Double) -> Int {
        let sorted = part.lengths.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    /// Where nearly all positions are padding, which costs time and serves nothing.
    private var padding: [String] {
        let longest = longest(parts[0], share: 0.99)
        guard length > 16, 4 * longest < length else { return [] }
        return [
            "99 % of the training texts have at most \(longest) tokens; a length of \(longest)"
                + " trains faster than \(length)"
        ]
    }

    /// Texts that stand in the training and in the test part.
    private var duplicates: [String] {
        guard parts.count > 1 else { return [] }
        let train = Set(parts[0].entries.map(\.text).filter { !$0.isEmpty })
        let known = parts[1].entries.filter { train.contains($0.text) }
        guard let first = known.first else { return [] }
        return [
            "\(known.count) of \(parts[1].entries.count) test texts stand among the training texts"
                + " too, the first at \(first.place)"
        ]
    }
}
