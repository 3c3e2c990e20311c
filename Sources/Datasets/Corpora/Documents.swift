/// The texts of a corpus.
struct Documents: Sendable {
    /// A text.
    struct Document: Equatable, Sendable {
        /// Where it stands, for messages: the path of a file, perhaps with a line.
        let place: String
        let text: String
    }

    /// What was named to read, for messages.
    let path: String
    /// In the order of the files.
    var all: [Document] = []
    /// What was left out, a sentence each.
    var remarks: [String] = []

    init(_ path: String) { self.path = path }

    /// The lines of the texts that are not empty, each a text by itself.
    ///
    /// - Throws: ``DatasetError`` (65) where there are none.
    var lines: Documents {
        get throws(DatasetError) {
            var lines = Documents(path)
            for document in all {
                let found = document.text.utf8.split(
                    separator: 0x0A, omittingEmptySubsequences: false)
                for (number, line) in zip(1..., found) {
                    let line = line.last == 0x0D ? line.dropLast() : line
                    guard !line.isEmpty else { continue }
                    lines.all.append(
                        Document(
                            place: "\(document.place), line \(number)",
                            text: String(Substring(line))))
                }
            }
            guard !lines.all.isEmpty else {
                throw DatasetError(.corrupt, "\(path): holds no line that is not empty")
            }
            return lines
        }
    }
}

/// How the files of a corpus are written.
enum DocumentFormat: String, CaseIterable, Sendable {
    /// Each holds a text.
    case text
    /// A data file of WordNet, in which each sense has an explanation, a text.
    case wordnet

    /// The texts of a file.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66), or is not written so (65).
    func documents(of path: String) throws(DatasetError) -> [Documents.Document] {
        switch self {
        case .text:
            let text = try TextLines.whole(path)
            return text.isEmpty ? [] : [Documents.Document(place: path, text: text)]
        case .wordnet: return try Self.glosses(of: path)
        }
    }

    private static func glosses(of path: String) throws(DatasetError) -> [Documents.Document] {
        var glosses: [Documents.Document] = []
        var mistakes = Mistakes()
        for line in try TextLines.read(path) where line.text.utf8.first != UInt8(ascii: " ") {
            if let gloss = WordNet.sense(line.text)?.gloss, !gloss.isEmpty {
                glosses.append(.init(place: "\(path), line \(line.number)", text: gloss))
            } else {
                mistakes.add("line \(line.number): is no sense with its explanation")
            }
        }
        try mistakes.check(
            path, remedy: "name WordNet's data.noun, data.verb, data.adj or data.adv")
        return glosses
    }
}
