import Options

/// Several data sources as views of the same samples.
///
///     data:
///       set: paired
///       options:
///         by: name
///         main: {set: images, options: {folder: photos, size: 32}}
///         views:
///           sensors: {set: table, options: {file: sensors.csv, label: kind}, key: photo}
///
/// By order, sample i of every source is the same sample, and each source divides its samples by
/// itself. By name, path or key, a sample is found by what names it, and those of `main` are
/// divided into samples to train and to test on.
public struct Paired: DatasetSource, Configurable {
    public static let name = "paired"
    public static let summary = "several data sources as views of the same samples"
    public static let keys: SettingKeys = [
        "by": .numbers, "unmatched": .numbers, "main": PairedPart.keys,
        "views": .each(PairedPart.keys),
    ]

    /// What is equal of the same sample in all sources.
    enum Rule: String, CaseIterable, Sendable {
        /// Its number.
        case order
        /// Its file's name, without folders and ending.
        case name
        /// Its file's path below the source's folder, without ending.
        case path
        /// The value of a column.
        case key
    }

    /// What is done with samples that some source lacks.
    enum Unmatched: String, CaseIterable, Sendable {
        case refuse, drop
    }

    let rule: Rule
    let unmatched: Unmatched
    let main: PairedPart
    let others: [PairedPart]

    /// Reads `by`, `unmatched`, `main` and `views`.
    public init(options: inout OptionReader) throws(SettingError) {
        let rule = options.choice("by", default: Rule.order)
        self.rule = rule
        unmatched = try options.reading(
            refusedBecause: rule == .order ? "by order; set by: key, name or path" : nil
        ) { (options) throws(SettingError) in
            options.choice(
                "unmatched", default: .refuse, help: "what is done with samples that a source lacks"
            )
        }
        let main = options.setting("main", help: "the default view: a map of set and options")
        let views = options.setting("views", help: "the others: NAME: {set: …, options: …}")
        guard let main else { throw options.failure("main", "is missing: add set and options") }
        var problems = SettingProblems()
        let first = problems.attempt { () throws(SettingError) in
            try PairedPart(main, named: "main", by: rule)
        }
        // Notes what is no map, and a name twice.
        problems.note(SettingError(OptionReader(views, subject: "views").problems.all))
        var others: [PairedPart] = []
        if case .map(let entries) = views?.value {
            for entry in entries {
                let part = problems.attempt { () throws(SettingError) in
                    try PairedPart(entry.value, named: entry.key, by: rule)
                }
                if let part { others.append(part) }
            }
        }
        try problems.finish()
        guard let first, !others.isEmpty else {
            throw options.failure("views", "names no view: add one")
        }
        self.main = first
        self.others = others
    }

    public var ownKeys: SettingKeys {
        let views = others.map { ($0.name, $0.ownKeys) }
        return Self.keys.with("main", main.ownKeys)
            .with("views", .map(Dictionary(uniqueKeysWithValues: views)))
    }

    public var paths: [String] { main.source.paths + others.flatMap(\.source.paths) }

    public var views: [String] { others.map(\.name) }

    public var mayHoldImages: Bool { main.source.mayHoldImages }

    public func load() throws(DatasetError) -> Corpus {
        rule == .order ? try loadByOrder() : try loadByKeys()
    }
}
