/// Reading a vocabulary: a token on each line, whose number is its place from 0.
enum VocabularyFile {
    /// The tokens of a file.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66), is no text, or has a token twice (65).
    static func read(_ path: String) throws(DatasetError) -> [String] {
        let lines = try TextLines.read(path, keepsEmpty: true)
        var mistakes = Mistakes()
        var seen: [[UInt8]: Int] = [:]
        for line in lines {
            if line.text.isEmpty {
                mistakes.add("line \(line.number): is empty")
            } else if let first = seen.updateValue(line.number, forKey: Array(line.text.utf8)) {
                mistakes.add("line \(line.number): '\(line.text)' stands on line \(first) too")
            }
        }
        try mistakes.check(
            path, remedy: "a vocabulary has one token on each line, as BERT's vocab.txt")
        return lines.map(\.text)
    }
}
