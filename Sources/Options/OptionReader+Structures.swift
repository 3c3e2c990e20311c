extension OptionReader {
    /// A list of values; one value alone is a list of one.
    ///
    /// - Parameter range: of each value, where one is given.
    ///
    /// - Parameter completed: makes one list of all that mean the same.
    public mutating func list<T: ScalarOption>(
        _ key: String, default fallback: [T], in range: ClosedRange<T>? = nil, help: String = "",
        completed: ([T]) -> [T] = { $0 }
    ) -> [T] {
        var values = fallback
        if let setting = find(key, fallback: "\(fallback)", help: help) {
            values = completed(converted(setting.items, key: key, in: range).map(\.value))
        }
        record(key, .list(values.map { Setting(unwritten: .text("\($0)")) }))
        return values
    }

    /// A list of texts that may stand in a file, whose contents then have the list's place in the
    /// full form: they count, and not where the file lies.
    ///
    /// - Parameters:
    ///   - file: the key that names the file.
    ///   - read: reads the file of a path.
    public mutating func list(
        _ key: String, orOf file: String, default fallback: [String], help: String = "",
        fileHelp: String = "", by read: (String) throws(SettingError) -> [String]
    ) -> [String] {
        guard let named = find(file, fallback: "none", help: fileHelp) else {
            return list(key, default: fallback, help: help)
        }
        if find(key, fallback: nil, help: help) != nil {
            note(failure(key, "is set beside \(file), which holds the same; keep one"), about: key)
        }
        let values = attempt(file) { (reader) throws(SettingError) in
            let path: String = try reader.convert(named, key: file, in: nil)
            do throws(SettingError) { return try read(HomePath.expanded(path)) } catch {
                throw reader.failure(file, error.message)
            }
        }
        let used = values ?? fallback
        record(key, .list(used.map { Setting(unwritten: .text($0)) }))
        return used
    }

    /// The texts of a list with their places, for what can only be judged later; none where the key
    /// is not set.
    public mutating func names(_ key: String, help: String = "") -> [PositionedName] {
        guard let setting = find(key, fallback: nil, help: help) else { return [] }
        let names = converted(setting.items, key: key, in: nil)
            .map { PositionedName($0.value, at: $0.position) }
        record(key, .list(names.map { Setting(unwritten: .text($0.text)) }))
        return names
    }

    /// A list of `NAME` or `{kind: NAME, …}`; none where the key is not set.
    ///
    /// - Parameter read: makes an item of its name, the options beside it and its place.
    public mutating func list<Value>(
        named key: String, help: String = "",
        by read: (
            _ name: String, _ options: Setting?, _ position: SourcePosition?
        ) throws(SettingError) -> Value
    ) -> [Value] {
        guard let setting = find(key, fallback: nil, help: help) else { return [] }
        record(key, setting.value)
        return setting.items.compactMap { item in
            attempt(key) { (reader) throws(SettingError) in
                let (name, options, position) = try NamedOptions.parts(
                    of: item, subject: "\(reader.subject): \(key)", default: "")
                return try read(name, options, position)
            }
        }
    }

    /// The items that can be used.
    private mutating func converted<T: ScalarOption>(
        _ items: [Setting], key: String, in range: ClosedRange<T>?
    ) -> [(value: T, position: SourcePosition)] {
        items.compactMap { item in
            let value: T? = attempt(key) { (reader) throws(SettingError) in
                try reader.convert(item, key: key, in: range)
            }
            return value.map { ($0, item.position) }
        }
    }

    /// `NAME` or `{kind: NAME, …}`, checked by a registry.
    public mutating func named(
        _ key: String, default fallback: String, help: String = "",
        by reader: (String, Setting?, SourcePosition?) throws(SettingError) -> Setting
    ) -> NamedOptions {
        let written = find(key, fallback: fallback, help: help)
        let named = attempt(key) { (options) throws(SettingError) in
            try NamedOptions(
                written, subject: "\(options.subject): \(key)", default: fallback, by: reader)
        }
        let usable = named ?? usable(written, default: fallback, by: reader)
        record(key, usable.shortSetting.value)
        return usable
    }

    /// What stands for a name with options that cannot be used: the name with its defaults, where
    /// it is known.
    private func usable(
        _ written: Setting?, default fallback: String,
        by reader: (String, Setting?, SourcePosition?) throws(SettingError) -> Setting
    ) -> NamedOptions {
        let parts = try? NamedOptions.parts(of: written, subject: "", default: fallback)
        for name in [parts?.name, fallback].compactMap(\.self) {
            if let options = try? reader(name, nil, nil) {
                return NamedOptions(name: name, options: options)
            }
        }
        return NamedOptions(name: fallback)
    }

    /// The options of `key`, a map or the short form of one.
    ///
    /// - Parameters:
    ///   - fallback: what stands for options that cannot be used.
    ///   - read: reads all of them.
    public mutating func group<Value>(
        _ key: String, default fallback: Value, shortForm: String? = nil, help: String = "",
        read: (inout OptionReader) throws(SettingError) -> Value
    ) -> Value {
        var inner = OptionReader(
            find(key, fallback: "none", help: help), subject: "\(subject): \(key)",
            shortForm: shortForm, keys: keys[key] ?? .numbers)
        var value = fallback
        do throws(SettingError) {
            value = try read(&inner)
        } catch {
            inner.note(error)
        }
        inner.noteUnknownKeys()
        if !inner.isSound { note(SettingError(inner.problems.all), about: key) }
        record(key, inner.resolved.value)
        return value
    }

    /// A value of any written form.
    ///
    /// - Parameters:
    ///   - fallback: the default, and how it would be written.
    ///   - read: makes the value of what is written.
    public mutating func value<Value>(
        _ key: String, default fallback: (text: String, value: Value), help: String = "",
        by read: (Setting) throws(SettingError) -> Value
    ) -> Value {
        guard let setting = find(key, fallback: fallback.text, help: help) else {
            record(key, .text(fallback.text))
            return fallback.value
        }
        record(key, setting.value)
        return attempt(key) { (_) throws(SettingError) in try read(setting) } ?? fallback.value
    }

    /// The setting of `key`, of which a value is made; nil where it is not set or cannot be used.
    ///
    /// - Parameter fallback: the default as it would be written.
    public mutating func made<Value>(
        _ key: String, fallback: String? = nil, help: String = "",
        by read: (Setting?) throws(SettingError) -> Value
    ) -> Value? {
        let written = setting(key, fallback: fallback, help: help)
        return attempt(key) { (_) throws(SettingError) in try read(written) }
    }
}

extension Setting {
    /// The items of a list; one value alone is a list of one.
    fileprivate var items: [Setting] {
        guard case .list(let items) = value else { return [self] }
        return items
    }
}

extension OptionReader {
    /// The value of a setting that is a scalar by itself, within a range.
    ///
    /// - Parameter name: what it is called in messages.
    /// - Throws: ``SettingError`` where it is no such value.
    public static func value<T: ScalarOption>(
        of setting: Setting, _ name: String, in range: ClosedRange<T>
    ) throws(SettingError) -> T {
        try convert(setting, name, in: range)
    }

    /// Reads all options of a setting.
    ///
    /// - Parameter read: reads them.
    /// - Throws: ``SettingError`` for all that is wrong with them.
    public static func read<Value>(
        _ setting: Setting?, subject: String, shortForm: String? = nil,
        keys: SettingKeys = .numbers,
        by read: (inout OptionReader) throws(SettingError) -> Value
    ) throws(SettingError) -> Value {
        var reader = OptionReader(setting, subject: subject, shortForm: shortForm, keys: keys)
        let value: Value
        do throws(SettingError) {
            value = try read(&reader)
        } catch {
            reader.note(error)
            try reader.finish()
            throw error
        }
        try reader.finish()
        return value
    }
}
