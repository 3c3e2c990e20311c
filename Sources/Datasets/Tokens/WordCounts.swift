/// How often each word stands in some texts.
struct WordCounts {
    private(set) var counts: [[UInt8]: Int] = [:]

    /// Counts the words of texts.
    ///
    /// - Parameter longest: characters of a word that counts.
    init(of texts: [String], by splitter: WordSplitter, longest: Int = .max) {
        var splitter = splitter
        for text in texts {
            for word in splitter.words(of: text) where word.characterCount <= longest {
                counts[word, default: 0] += 1
            }
        }
    }

    /// The words in descending order of their counts, among equals in the order of their bytes.
    ///
    /// - Parameters:
    ///   - least: how often a word must stand in the texts.
    ///   - most: how many words there are at most.
    func mostFrequent(least: Int, most: Int) -> [[UInt8]] {
        let chosen = counts.filter { $0.value >= least }.sorted {
            $0.value == $1.value
                ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
        }
        return chosen.prefix(most).map(\.key)
    }
}

extension [UInt8] {
    /// The characters of a word in UTF-8.
    var characterCount: Int { count { $0 & 0xC0 != 0x80 } }
}
