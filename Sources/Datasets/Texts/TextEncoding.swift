import Options

/// How texts become samples: their tokens, their length, and which of them are for testing.
struct TextEncoding: Sendable {
    private let tokenizer: any Tokenizer
    private let length: Int
    private let share: TestShare

    /// The keys of every source of texts, with what each changes, beside a source's own.
    static func keys(beside own: KeyValuePairs<String, SettingKeys>) -> SettingKeys {
        let shared: SettingKeys = [
            "tokenizer": .numbers, "length": .numbers, "test-share": .numbers,
            "test-seed": .numbers,
        ]
        return own.reduce(shared) { $0.with($1.key, $1.value) }
    }

    /// A source's keys, for the tokenizer that it has.
    func keys(of source: SettingKeys) -> SettingKeys { source.with("tokenizer", tokenizer.keys) }

    /// Reads `tokenizer`, `length`, `test-share` and `test-seed`.
    ///
    /// - Parameter test: the option that names test texts, where it is set.
    init(options: inout OptionReader, test: String? = nil) throws(SettingError) {
        tokenizer = try options.tokenizer(default: WordTokenizer.name)
        length = options.value(
            "length", default: 128, in: 1...65536,
            help: "tokens of a sample: longer texts are cut at their end, shorter ones padded")
        share = try TestShare(options: &options, beside: test)
    }

    /// Refuses a share for testing where test texts were found.
    func checkNoShare(beside path: String) throws(DatasetError) {
        try share.checkUnused(beside: path)
    }

    /// The files that the tokenizer reads.
    var paths: [String] { tokenizer.paths }

    /// The corpus of some texts.
    ///
    /// - Parameters:
    ///   - test: nil where a share of the others is for testing.
    ///   - classes: in the order of their numbers; nil for those that the labels name.
    ///   - format: how new texts are written.
    /// - Throws: ``DatasetError`` where labels cannot be used (65), or there are too few or too
    ///   many classes (78).
    func corpus(
        _ name: String, train: LabelledTexts, test: LabelledTexts?, classes: ClassNames? = nil,
        format: TextFormat = TextFormat()
    ) throws(DatasetError) -> Corpus {
        try train.check(classes: classes)
        let classes = classes ?? ClassNames(of: train.entries.map(\.label))
        try classes.check { count in
            "\(train.path): has \(count) classes in \(train.entries.count) texts"
        }
        try test?.check(classes: classes)
        let labels = train.entries.map { classes[$0.label] ?? 0 }
        let split =
            test == nil
            ? share.split(labels: labels, classCount: classes.count)
            : (train: Array(labels.indices), test: [])
        var parts = [TextPart(name: "training", entries: split.train.map { train.entries[$0] })]
        let held = test?.entries ?? split.test.map { train.entries[$0] }
        if !held.isEmpty { parts.append(TextPart(name: "test", entries: held)) }
        var encoder = try tokenizer.encoder(learningFrom: parts[0].entries.map(\.text))
        let reader = TextReader(format: format, encoder: encoder, length: length)
        for place in parts.indices { parts[place].encode(by: &encoder, length: length) }
        let tokens = encoder.tokens
        let count = train.entries.count + (test?.entries.count ?? 0)
        try FreeMemory.check(
            count * length * (tokens.texts.count <= 256 ? 1 : 4),
            of: "\(train.path): \(count) samples of \(length) tokens", free: FreeMemory.bytes,
            remedy: "lower length")
        let sets = parts.map { $0.samples(classes, tokens, length: length) }
        let report = TextReport(parts: parts, tokens: tokens, length: length)
        return Corpus(
            name: name,
            SampleView(
                train: sets[0], test: sets.count > 1 ? sets[1] : nil, normalization: .identity,
                contents: .tokens(tokens), reader: reader),
            classNames: classes.names, facts: report.facts,
            remarks: train.remarks + (test?.remarks ?? []) + report.remarks)
    }
}
