import Options

/// Several data sources as views of the same samples, paired by their order.
///
///     data:
///       set: paired
///       options:
///         main: {set: images, options: {folder: photos, size: 32}}
///         views:
///           sensors: {set: table, options: {file: sensors.csv, label: kind}}
///
/// Sample i of every source is the same sample. A source that makes its test samples by a share
/// chooses the same ones as another with the same labels, share and seed.
public struct Paired: DatasetSource, Configurable {
    public static let name = "paired"
    public static let summary = "several data sources as views of the same samples"
    public static let keys: SettingKeys = [
        "main": ["set": .numbers, "options": .numbers],
        "views": .each(["set": .numbers, "options": .numbers]),
    ]

    /// A source with its name in the registry.
    private struct Part: Sendable {
        let set: String
        let source: any DatasetSource

        /// Reads `set` and `options`.
        init(_ setting: Setting?, subject: String) throws(SettingError) {
            var reader = try OptionReader(setting, subject: subject)
            let set = reader.optional("set", String.self, help: "a data set")
            let own = reader.setting("options", help: "of the data set")
            guard let set else { throw reader.failure("set", "names no data set: add one") }
            self.set = set
            source = try DatasetSources.registry.make(set, options: own, at: setting?.position)
            try reader.finish()
        }

        /// What each key of the part changes.
        var keys: SettingKeys { ["set": .numbers, "options": source.ownKeys] }
    }

    private let main: Part
    private let others: [(name: String, part: Part)]

    /// Reads `main` and `views`.
    public init(options: inout OptionReader) throws(SettingError) {
        let main = options.setting("main", help: "the default view: a map of set and options")
        let views = options.setting("views", help: "the others: NAME: {set: …, options: …}")
        guard let main else { throw options.failure("main", "is missing: add set and options") }
        self.main = try Part(main, subject: "main")
        // Also refuses what is no map, and a name twice.
        _ = try OptionReader(views, subject: "views")
        var others: [(String, Part)] = []
        if case .map(let entries) = views?.value {
            for entry in entries {
                others.append((entry.key, try Part(entry.value, subject: "view '\(entry.key)'")))
            }
        }
        guard !others.isEmpty else { throw options.failure("views", "names no view: add one") }
        self.others = others
    }

    public var ownKeys: SettingKeys {
        let views = others.map { ($0.name, $0.part.keys) }
        return ["main": main.keys, "views": .map(Dictionary(uniqueKeysWithValues: views))]
    }

    public var paths: [String] { main.source.paths + others.flatMap(\.part.source.paths) }

    public var views: [String] { others.map(\.name) }

    public func load() throws(DatasetError) -> Corpus {
        let corpus = try main.source.load()
        var views: [String: SampleView] = [:]
        var (facts, remarks) = (corpus.facts, corpus.remarks)
        for (name, part) in others {
            let other = try part.source.load()
            try Self.check("view '\(name)' (\(part.set))", other.classNames, corpus.classNames)
            try Self.check(
                "view '\(name)' (\(part.set))", other.defaultView, against: corpus.defaultView)
            views[name] = other.defaultView
            facts += other.facts.map { "view '\(name)': \($0)" }
            remarks += other.remarks
        }
        return Corpus(
            name: Self.name, corpus.defaultView, views: views, classNames: corpus.classNames,
            facts: facts, remarks: remarks)
    }

    /// Where both sources name their classes, they name the same ones.
    private static func check(
        _ view: String, _ names: [String]?, _ known: [String]?
    ) throws(DatasetError) {
        guard let names, let known, names != known else { return }
        throw DatasetError(
            .impossible,
            "paired: \(view) has the classes \(names.joined(separator: ", ")), main has"
                + " \(known.joined(separator: ", ")); both must name the same ones")
    }

    private static func check(
        _ name: String, _ view: SampleView, against main: SampleView
    ) throws(DatasetError) {
        try check(name, view.train, against: main.train, "to train on")
        switch (view.test, main.test) {
        case (nil, nil): return
        case (let test?, let other?): try check(name, test, against: other, "to test on")
        default:
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(view.test?.count ?? 0) samples to test on, main has"
                    + " \(main.test?.count ?? 0); name test data for both or for none")
        }
    }

    private static func check(
        _ name: String, _ set: SampleSet, against main: SampleSet, _ part: String
    ) throws(DatasetError) {
        guard set.count == main.count else {
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(set.count) samples \(part), main has \(main.count);"
                    + " take out those that have no partner")
        }
        if let sample = set.labels.indices.first(where: { set.labels[$0] != main.labels[$0] }) {
            throw DatasetError(
                .impossible,
                "paired: sample \(sample) \(part) of \(name) is of class \(set.labels[sample]), in"
                    + " main it is of class \(main.labels[sample]); bring both into one order")
        }
        guard set.classCount == main.classCount else {
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(set.classCount) classes, main has \(main.classCount)")
        }
    }
}
