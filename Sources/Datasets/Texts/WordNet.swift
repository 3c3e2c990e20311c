import Options

/// The glosses of WordNet 3.0 (Fellbaum 1998), as Debian's package `wordnet-base` installs them:
/// the explanation of each sense, with its examples. Its class is the lexicographer file that it is
/// of: 26 of nouns and 15 of verbs.
public struct WordNet: DatasetSource, Configurable {
    public static let name = "wordnet"
    public static let summary = "WordNet's explanations of words (Fellbaum 1998): 26 or 15 classes"
    public static let keys = TextEncoding.keys(beside: ["folder": .placement, "part": .numbers])

    /// Which words are explained.
    enum Part: String, CaseIterable, Sendable {
        case noun, verb

        /// The number of the first lexicographer file.
        var first: Int { self == .noun ? 3 : 29 }

        /// The names of the lexicographer files, of the manual page `lexnames(5WN)`.
        var classes: [String] {
            switch self {
            case .noun:
                [
                    "Tops", "act", "animal", "artifact", "attribute", "body", "cognition",
                    "communication", "event", "feeling", "food", "group", "location", "motive",
                    "object", "person", "phenomenon", "plant", "possession", "process", "quantity",
                    "relation", "shape", "state", "substance", "time",
                ]
            case .verb:
                [
                    "body", "change", "cognition", "communication", "competition", "consumption",
                    "contact", "creation", "emotion", "motion", "perception", "possession",
                    "social", "stative", "weather",
                ]
            }
        }
    }

    private let folder: String
    private let part: Part
    private let encoding: TextEncoding

    /// Reads `folder`, `part`, and how texts become samples.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.path(
            "folder", default: "/usr/share/wordnet", help: "of data.noun and data.verb")
        part = options.choice("part", default: .noun, help: "noun (26 classes), verb (15 classes)")
        encoding = try TextEncoding(options: &options)
    }

    public var ownKeys: SettingKeys { encoding.keys(of: Self.keys) }

    public static var mayHoldImages: Bool { false }

    public var paths: [String] { [file] + encoding.paths }

    private var file: String { "\(folder)/data.\(part.rawValue)" }

    public func load() throws(DatasetError) -> Corpus {
        guard DataFile.exists(file) else {
            throw DatasetError(
                .missing,
                "\(file): there is no such file; run scripts/setup.sh, or `apt-get install"
                    + " wordnet-base`, or set data.options.folder")
        }
        var texts = LabelledTexts(file)
        var mistakes = Mistakes()
        for line in try TextLines.read(file) where line.text.utf8.first != UInt8(ascii: " ") {
            let place = "line \(line.number)"
            if let (number, gloss) = Self.sense(line.text),
                part.classes.indices.contains(number - part.first)
            {
                texts.entries.append(
                    .init(place: place, text: gloss, label: part.classes[number - part.first]))
            } else {
                mistakes.add("\(place): is no sense of a \(part.rawValue) with its explanation")
            }
        }
        try mistakes.check(file, remedy: "install the package wordnet-base again")
        return try encoding.corpus(
            Self.name, train: texts, test: nil, classes: ClassNames(part.classes))
    }

    /// The number of the lexicographer file and the gloss of a line: `00001740 03 n 01 … | gloss`.
    static func sense(_ line: String) -> (file: Int, gloss: String)? {
        let bytes = Array(line.utf8)
        guard let bar = bytes.firstIndex(of: UInt8(ascii: "|")) else { return nil }
        let fields = bytes[..<bar].split(separator: 0x20, maxSplits: 2)
        guard fields.count == 3, let number = Int(String(decoding: fields[1], as: UTF8.self)) else {
            return nil
        }
        return (number, String(decoding: bytes[(bar + 1)...], as: UTF8.self).trimmed)
    }
}
