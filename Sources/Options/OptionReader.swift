/// One option that a reader was asked for, as `cohort list` shows it.
public struct OptionDescription: Hashable, Sendable {
    /// The key that sets it.
    public var key: String
    /// The default as it would be written, or nil for an option that must be given.
    public var fallback: String?
    /// What it is, in a few words.
    public var help: String
}

/// Reads the typed options of one map of settings, each asked for by key with its default.
///
/// A type reads its options in its `init(options:)`; the caller that made the reader then calls
/// ``finish()``. That reports all mistakes together: values that cannot be used, whose defaults
/// were returned in their place, and keys that were not read. Reading from no setting at all gives
/// the defaults.
public struct OptionReader: Sendable {
    /// What is configured, for messages: `model 'mlp'`, `training`.
    public let subject: String
    /// Every option asked for so far, in order.
    public private(set) var described: [OptionDescription] = []
    /// What is wrong with the options that were read so far.
    public private(set) var problems = SettingProblems()
    private var read: [Setting.Entry] = []
    private let entries: [Setting.Entry]
    private let position: SourcePosition?
    /// Whether the setting is neither a map nor a short form, so that no key can be judged.
    private var isUnreadable = false
    /// What each key changes.
    package let keys: SettingKeys
    /// The keys whose values cannot be used.
    private var refused: Set<String> = []

    /// - Parameters:
    ///   - setting: a map, or the short form of one; nil where nothing is written.
    ///   - shortForm: the key that a value alone sets: `[a, b]` for `{among: [a, b]}`.
    ///   - keys: what each key changes. By default all change numbers.
    public init(
        _ setting: Setting?, subject: String, shortForm: String? = nil,
        keys: SettingKeys = .numbers
    ) {
        self.subject = subject
        self.keys = keys
        position = setting?.position
        switch setting?.value {
        case nil: entries = []
        case let value? where value.isEmpty: entries = []
        case .map(let map): entries = map
        case .some:
            guard let setting, let shortForm else {
                entries = []
                isUnreadable = true
                problems.note(
                    SettingError("\(subject): a map of options is expected", at: position))
                return
            }
            entries = [
                Setting.Entry(key: shortForm, position: setting.position, value: setting)
            ]
        }
        var seen: Set<String> = []
        for entry in entries where !seen.insert(entry.key).inserted {
            problems.note(
                SettingError("\(subject): '\(entry.key)' is set twice", at: entry.position))
        }
    }

    /// Whether nothing was wrong so far.
    public var isSound: Bool { problems.isEmpty }

    /// What was read so far in its full form: every value that was asked for, written or not, but
    /// for those that have no default.
    public var resolved: Setting {
        Setting(.map(read), at: position ?? .unwritten)
    }

    /// The setting of `key` as it was written, if it was.
    public mutating func setting(
        _ key: String, fallback: String? = nil, help: String = ""
    ) -> Setting? {
        let setting = find(key, fallback: fallback, help: help)
        if let setting, !setting.value.isEmpty { record(key, setting.value) }
        return setting
    }

    /// A value of a type that can be read from its written form, within `range` where one is given.
    public mutating func value<T: ScalarOption>(
        _ key: String, default fallback: T, in range: ClosedRange<T>? = nil, help: String = ""
    ) -> T {
        if let value = optional(key, T.self, in: range, fallback: "\(fallback)", help: help) {
            return value
        }
        record(key, .text("\(fallback)"))
        return fallback
    }

    /// As ``value(_:default:in:help:)``, nil where the key is not set.
    public mutating func optional<T: ScalarOption>(
        _ key: String, _: T.Type, in range: ClosedRange<T>? = nil, fallback: String? = nil,
        help: String = ""
    ) -> T? {
        guard let setting = find(key, fallback: fallback ?? "none", help: help),
            let value: T = attempt(
                key,
                { (reader) throws(SettingError) in
                    try reader.convert(setting, key: key, in: range)
                })
        else { return nil }
        record(key, .text("\(value)"))
        return value
    }

    /// A yes-or-no option, written `true` or `false`.
    public mutating func flag(
        _ key: String, default fallback: Bool, help: String = ""
    ) -> Bool {
        var flag = fallback
        if let setting = find(key, fallback: "\(fallback)", help: help) {
            let given = attempt(key) { (reader) throws(SettingError) in
                try reader.truth(setting, key: key)
            }
            flag = given ?? fallback
        }
        record(key, .text("\(flag)"))
        return flag
    }

    /// One of the cases of an enumeration, by its raw value. Its description lists them before the
    /// help.
    public mutating func choice<T>(
        _ key: String, default fallback: T, help: String = ""
    ) -> T where T: CaseIterable & RawRepresentable<String> & SendableMetatype {
        let known = T.allCases.map(\.rawValue)
        let values = known.joined(separator: ", ")
        let help = help.isEmpty ? values : "\(values): \(help)"
        var chosen = fallback
        if let setting = find(key, fallback: fallback.rawValue, help: help) {
            if case .scalar(let text, _) = setting.value, let given = T(rawValue: text) {
                chosen = given
            } else {
                note(
                    SettingError(
                        "\(subject): \(key) is one of \(values)" + setting.contrast,
                        at: setting.position), about: key)
            }
        }
        record(key, .text(chosen.rawValue))
        return chosen
    }

    /// Reads options, which may change nothing beside what else is set: then to set one is a
    /// mistake, and none is part of the full form.
    ///
    /// - Parameter reason: why they have no effect, and what to do; nil where they have one.
    public mutating func reading<Value>(
        refusedBecause reason: String?,
        _ body: (inout OptionReader) throws(SettingError) -> Value
    ) throws(SettingError) -> Value {
        guard let reason else { return try body(&self) }
        let (asked, recorded) = (described.count, read.count)
        let value = try body(&self)
        read.removeSubrange(recorded...)
        for key in described[asked...].map(\.key)
        where entries.contains(where: { $0.key == key && $0.value.value != .null }) {
            note(failure(key, "has no effect \(reason)"), about: key)
        }
        return value
    }

    /// Adds a mistake to those that ``finish()`` reports.
    ///
    /// - Parameter key: the option whose value cannot be used, if it is one.
    public mutating func note(_ error: SettingError, about key: String? = nil) {
        problems.note(error)
        if let key { refused.insert(key) }
    }

    /// Reports all that is wrong with the options, and the keys that were not read with the nearest
    /// known ones.
    ///
    /// - Throws: ``SettingError`` where anything is wrong.
    public mutating func finish() throws(SettingError) {
        noteUnknownKeys()
        try problems.finish()
    }

    /// Puts the keys that were not read before the other mistakes, of which they may be the cause.
    mutating func noteUnknownKeys() {
        let others = problems
        problems = SettingProblems()
        defer { problems.note(SettingError(others.all)) }
        let known = described.map(\.key)
        for entry in entries where !known.contains(entry.key) {
            let hint = known.isEmpty ? "it has no options" : nearest(to: entry.key, among: known)
            let isNumber = Double(entry.key) != nil && entry.value.value.isEmpty
            let comma = isNumber ? " (a ',' within braces separates entries)" : ""
            note(
                SettingError(
                    "\(subject): unknown key '\(entry.key)'\(comma): \(hint)", at: entry.position))
        }
    }

    /// The setting of `key`, if it was written, for what must be known before the key is read.
    public func written(_ key: String) -> Setting? {
        entries.first { $0.key == key && $0.value.value != .null }?.value
    }

    /// Where the value of `key` was written, if it was.
    public func position(of key: String) -> SourcePosition? {
        entries.first { $0.key == key }?.value.position
    }

    /// An error about `key`, at the place where it was set; one without mistakes where its value,
    /// or that of another option on which the judgement depends, was refused already.
    public func failure(
        _ key: String, _ message: String, with others: String...
    ) -> SettingError {
        guard !isUnreadable, refused.isDisjoint(with: [key] + others) else {
            return SettingError([])
        }
        let place = entries.first { $0.key == key }?.position ?? position
        return SettingError("\(subject): \(key) \(message)", at: place)
    }

    /// The setting of a key, which is listed with the others; nil where it is not set, or set to
    /// null.
    mutating func find(_ key: String, fallback: String?, help: String) -> Setting? {
        precondition(keys[key] != nil, "declare what '\(key)' of \(subject) changes")
        described.append(OptionDescription(key: key, fallback: fallback, help: help))
        guard let setting = entries.first(where: { $0.key == key })?.value,
            setting.value != .null
        else { return nil }
        return setting
    }

    /// Adds a key to the full form.
    mutating func record(_ key: String, _ value: Setting.Value) {
        read.append(
            Setting.Entry(key: key, position: .unwritten, value: Setting(unwritten: value)))
    }

    /// Makes something of the value of a key; nil where that fails, which ``finish()`` reports.
    public mutating func attempt<Value>(
        _ key: String, _ work: (OptionReader) throws(SettingError) -> Value
    ) -> Value? {
        do throws(SettingError) {
            return try work(self)
        } catch {
            note(error, about: key)
            return nil
        }
    }
}

extension Setting {
    /// What is written in place of a name, as it follows the known ones.
    fileprivate var contrast: String {
        switch value {
        case .scalar("", isQuoted: false): ""
        case .scalar(let text, _): " and not '\(text)'"
        case .list: " and not a list"
        case .map: " and not a map"
        }
    }
}
