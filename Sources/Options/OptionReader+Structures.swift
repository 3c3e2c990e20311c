extension OptionReader {
    /// A list of values; one value alone is a list of one.
    public mutating func list<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, default fallback: [T], help: String = ""
    ) throws(SettingError) -> [T] {
        var values = fallback
        if let setting = find(key, fallback: "\(fallback)", help: help) {
            values = []
            for item in setting.items {
                values.append(try convert(item, key: key, in: nil))
            }
        }
        record(key, .list(values.map { Setting(unwritten: .text("\($0)")) }))
        return values
    }

    /// The texts of a list with their places, for what can only be judged later; none where the key
    /// is not set.
    public mutating func names(
        _ key: String, help: String = ""
    ) throws(SettingError) -> [PositionedName] {
        guard let setting = find(key, fallback: nil, help: help) else { return [] }
        var names: [PositionedName] = []
        for item in setting.items {
            names.append(
                PositionedName(try convert(item, key: key, in: nil), at: item.position))
        }
        record(key, .list(names.map { Setting(unwritten: .text($0.text)) }))
        return names
    }

    /// `NAME` or `{kind: NAME, …}`, checked by a registry.
    public mutating func named(
        _ key: String, default fallback: String, help: String = "",
        by reader: (String, Setting?, SourcePosition?) throws(SettingError) -> Setting
    ) throws(SettingError) -> NamedOptions {
        let written = find(key, fallback: fallback, help: help)
        let named = try NamedOptions(
            written, subject: "\(subject): \(key)", default: fallback, by: reader)
        record(key, named.shortSetting.value)
        return named
    }

    /// The options of `key`, a map or the short form of one.
    ///
    /// - Parameter read: reads all of them.
    public mutating func group<Value>(
        _ key: String, shortForm: String? = nil, help: String = "",
        read: (inout OptionReader) throws(SettingError) -> Value
    ) throws(SettingError) -> Value {
        var inner = try OptionReader(
            find(key, fallback: "none", help: help), subject: "\(subject): \(key)",
            shortForm: shortForm)
        let value = try read(&inner)
        try inner.finish()
        record(key, inner.resolved.value)
        return value
    }
}

extension Setting {
    /// The items of a list; one value alone is a list of one.
    fileprivate var items: [Setting] {
        guard case .list(let items) = value else { return [self] }
        return items
    }
}
