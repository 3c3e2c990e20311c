import Options

/// Text for causal language models, which predict each token from those before it.
///
/// A sample is 1×1×T, T tokens of a text, and has T labels: at each position the token that
/// follows. Samples are consecutive windows of the texts, joined with a token between them, or the
/// lines of the texts.
public struct RunningText: DatasetSource, Configurable {
    public static let name = "corpus"
    public static let summary = "text for language models: windows of text files, or their lines"

    public static let keys: SettingKeys = [
        "files": .placement, "test": .placement, "format": .numbers, "samples": .numbers,
        "answer-after": .numbers, "tokenizer": .numbers, "length": .numbers,
        "test-share": .numbers, "test-seed": .numbers,
    ]

    /// What a sample is made of.
    enum Samples: String, CaseIterable, Sendable { case windows, lines }

    private let files: [String]
    private let test: [String]
    private let format: DocumentFormat
    private let samples: Samples
    private let marker: String?
    private let tokenizer: any Tokenizer
    private let length: Int
    private let share: TestShare

    /// Reads `files`, `test`, `format`, `samples`, `answer-after`, `tokenizer`, `length`,
    /// `test-share` and `test-seed`.
    public init(options: inout OptionReader) throws(SettingError) {
        files = options.list(
            "files", default: [String](),
            help: "text files, folders of them, or patterns such as docs/*.txt, plain or .gz"
        ).map(HomePath.expanded)
        test = options.list(
            "test", default: [String](), help: "files, folders or patterns of test texts"
        ).map(HomePath.expanded)
        format = options.choice(
            "format", default: .text, help: "wordnet: the explanations of its data files")
        let samples: Samples = options.choice(
            "samples", default: .windows, help: "of all texts behind one another, or each line")
        self.samples = samples
        marker = try options.reading(
            refusedBecause: samples == .lines ? nil : "on windows; set samples: lines"
        ) { (options) throws(SettingError) in
            options.optional(
                "answer-after", String.self,
                help: "only tokens behind the first of these in a line are learned")
        }
        tokenizer = try options.tokenizer(default: ByteTokenizer.name)
        length = options.value(
            "length", default: 128, in: 2...65536, help: "tokens of a sample")
        share = try TestShare(
            options: &options, beside: test.isEmpty ? nil : "test", of: "the texts")
        if marker == "" {
            options.note(options.failure("answer-after", "is empty; name what ends a prompt"))
        }
        if files.isEmpty {
            options.note(
                options.failure("files", "names no text: add a file, a folder or a pattern"))
        }
        for (key, paths) in [("files", files), ("test", test)] where paths.contains("") {
            options.note(options.failure(key, "holds an empty name; leave it out"))
        }
    }

    public var ownKeys: SettingKeys { Self.keys.with("tokenizer", tokenizer.keys) }

    public static var mayHoldImages: Bool { false }

    public var paths: [String] { (files + test).map(PathPattern.place) + tokenizer.paths }

    public func load() throws(DatasetError) -> Corpus {
        var train = try DocumentReader(format: format).read(files)
        var test = try test.isEmpty ? nil : DocumentReader(format: format).read(test)
        let remarks = train.remarks + (test?.remarks ?? [])
        if samples == .lines {
            train = try train.lines
            test = try test?.lines
        }
        let division = try DocumentDivision(train, test: test, share, isOfLines: samples == .lines)
        let (parts, encoder) = try encoded(division)
        let tokens = encoder.tokens
        try FreeMemory.check(
            parts.reduce(0) { $0 + $1.count } * length
                * (MemoryLayout<Int>.size + SequenceTokens.bytesPerToken(of: tokens)),
            of: "\(train.path): the samples of \(length) tokens", free: FreeMemory.bytes,
            remedy: "name fewer files")
        let sets = parts.map { $0.samples(tokens) }
        let report = CorpusReport(
            parts: parts, division: division, tokens: tokens, length: length)
        let coding = TextCoding(encoder: encoder)
        return Corpus(
            name: Self.name,
            SampleView(
                train: sets[0], test: sets.count > 1 ? sets[1] : nil, normalization: .identity,
                contents: .tokens(tokens), reader: RunningTextReader(coding: coding)),
            facts: report.facts, remarks: remarks + report.remarks)
    }

    /// The tokens of the training texts and of the test texts, if there are some, and the encoder
    /// as it was before the first text.
    private func encoded(
        _ division: DocumentDivision
    ) throws(DatasetError) -> (parts: [SequenceTokens], encoder: any TokenEncoder) {
        var encoder = try tokenizer.encoder(learningFrom: division.train.map(\.text))
        let unused = encoder
        guard encoder.encode("").isEmpty else {
            throw DatasetError(
                .impossible,
                "data: \(Self.name): markers enclose each text, and a text of a corpus ends by"
                    + " '\(encoder.tokens.texts[encoder.tokens.end])' alone; leave markers out")
        }
        var parts: [SequenceTokens] = []
        for (name, documents) in [("training", division.train), ("test", division.test)]
        where !documents.isEmpty {
            try parts.append(
                samples == .windows
                    ? SequenceTokens(name, windowsOf: documents, length: length, by: &encoder)
                    : SequenceTokens(
                        name, lines: documents, answerAfter: marker, length: length, by: &encoder))
        }
        return (parts, unused)
    }
}
