import Options

/// One of the sources that are paired.
struct PairedPart: Sendable {
    /// What each key of a part changes, whatever its source.
    static let keys: SettingKeys = ["set": .numbers, "options": .numbers, "key": .numbers]

    /// As ``keys``, with those of its source.
    var ownKeys: SettingKeys { Self.keys.with("options", source.ownKeys) }

    /// The view's name, or `main`.
    let name: String
    /// The source's name in the registry.
    let set: String
    let source: any DatasetSource
    /// What names its samples; nil where they are paired by order.
    let key: SampleKey?

    /// Reads `set`, `options` and `key`.
    ///
    /// - Throws: ``SettingError`` for an unknown data set, options that it does not take, or a key
    ///   that the rule needs or has no use for.
    init(_ setting: Setting?, named name: String, by rule: Paired.Rule) throws(SettingError) {
        var reader = OptionReader(setting, subject: name == "main" ? name : "view '\(name)'")
        let set = reader.optional("set", String.self, help: "a data set")
        let own = reader.setting("options", help: "of the data set")
        let column = reader.optional("key", String.self, help: "the column that names samples")
        if set == nil {
            reader.note(reader.failure("set", "names no data set: add one"))
        }
        if rule == .key, column == nil {
            reader.note(
                reader.failure("key", "is missing: name the column by which samples are paired"))
        }
        if rule == .order, column != nil {
            reader.note(
                reader.failure("key", "has no effect by order; set by: key, name or path"))
        }
        let source = set.flatMap { set in
            let reading = DatasetSources.registry.reading(
                set, options: own, at: setting?.position)
            reader.note(SettingError(reading.problems.all))
            return reading.product
        }
        if rule != .order, let source, !(source is any KeyedSource) {
            reader.note(
                reader.failure(
                    "set", "'\(set ?? "")' has no names of samples; set by: order"))
        }
        try reader.finish()
        guard let set, let source else { preconditionFailure("what cannot be made has a mistake") }
        self.name = name
        self.set = set
        self.source = source
        key =
            switch rule {
            case .order: nil
            case .name: .name(column: column)
            case .path: .path(column: column)
            case .key: column.map { .column($0) }
            }
    }

    /// `main (images)` or `view 'sensors' (table)`, for messages.
    var title: String { (name == "main" ? name : "view '\(name)'") + " (\(set))" }

    /// Its samples with their keys, each of which names one of them.
    ///
    /// - Throws: ``DatasetError`` (78) where the source has no such keys, or one stands twice.
    func keyed() throws(DatasetError) -> KeyedSamples {
        guard let key, let source = source as? any KeyedSource else {
            preconditionFailure("the rule was checked against the source")
        }
        let samples = try source.keyed(by: key)
        var first: [String: Int] = [:]
        var doubles: [String] = []
        for (index, key) in samples.keys.enumerated() {
            if let other = first.updateValue(index, forKey: key) {
                doubles.append("'\(key)' (\(samples.places[other]), \(samples.places[index]))")
            }
        }
        guard doubles.isEmpty else {
            throw DatasetError(
                .impossible,
                "paired: \(title) has \(doubles.count) samples of a key that another one has, such"
                    + " as \(doubles.prefix(3).joined(separator: ", ")); give each a key of its"
                    + " own, or set by: path where files of one name lie in several folders")
        }
        return samples
    }
}
