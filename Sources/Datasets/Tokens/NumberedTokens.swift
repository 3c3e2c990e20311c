import FoundationEssentials

/// Tokens in the order of their numbers, of the maps from tokens to numbers that files hold.
struct NumberedTokens {
    /// What each stands for.
    let texts: [String]

    /// - Parameters:
    ///   - numbers: the number of each token.
    ///   - path: of their file, for messages.
    /// - Throws: ``DatasetError`` (65) where the numbers are not those from 0 on, each once.
    init(_ numbers: [(text: String, number: Int)], of path: String) throws(DatasetError) {
        let count = (numbers.map { $0.number }.max() ?? -1) + 1
        var texts = [String?](repeating: nil, count: min(max(count, 0), 2 * numbers.count))
        for (text, number) in numbers where texts.indices.contains(number) {
            if let other = texts[number], other != text {
                throw DatasetError(
                    .corrupt, "\(path): '\(other)' and '\(text)' have the same number, \(number)")
            }
            texts[number] = text
        }
        let known = texts.compactMap(\.self)
        guard !known.isEmpty, known.count == count, numbers.allSatisfy({ $0.number >= 0 }) else {
            throw DatasetError(
                .corrupt,
                "\(path): no token has the number \(texts.firstIndex(of: nil) ?? 0), and all from 0"
                    + " on are needed")
        }
        self.texts = known
    }

    /// The tokens of a `vocab.json`, a map from tokens to numbers.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66), or no such map (65).
    init(json path: String) throws(DatasetError) {
        let bytes = try DataFile.read(path)
        guard let numbers = try? JSONDecoder().decode([String: Int].self, from: Data(bytes)) else {
            throw DatasetError(
                .corrupt, "\(path): is no map from tokens to numbers, as GPT-2's vocab.json")
        }
        try self.init(numbers.map { (text: $0.key, number: $0.value) }, of: path)
    }
}
