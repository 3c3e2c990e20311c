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

    /// Counts the words of texts.
    ///
    /// - Parameter words: calls back with each word of a text.
    init(of texts: [String], words: (_ text: String, _ found: ([UInt8]) -> Void) -> Void) {
        var counts: [[UInt8]: Int] = [:]
        for text in texts { words(text) { counts[$0, default: 0] += 1 } }
        self.counts = counts
    }

    /// The words with their counts, in the order of their bytes.
    var ascending: [(word: [UInt8], count: Int)] {
        counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
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
