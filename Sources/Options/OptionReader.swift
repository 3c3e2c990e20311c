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
/// `finish()`, which refuses keys that were not read. Reading from no setting at all gives the
/// defaults.
public struct OptionReader: Sendable {
    /// What is configured, for messages: `model 'mlp'`, `training`.
    public let subject: String
    /// Every option asked for so far, in order.
    public private(set) var described: [OptionDescription] = []
    private var read: [Setting.Entry] = []
    private let entries: [Setting.Entry]
    private let position: SourcePosition?

    /// - Parameter shortForm: the key that a value alone sets: `[a, b]` for `{among: [a, b]}`.
    /// - Throws: ``SettingError`` where `setting` is neither a map nor a short form, or names a key
    ///   twice.
    public init(
        _ setting: Setting?, subject: String, shortForm: String? = nil
    ) throws(SettingError) {
        self.subject = subject
        position = setting?.position
        switch setting?.value {
        case nil, .scalar("", isQuoted: false):
            entries = []
        case .map(let map):
            entries = map
            var seen: Set<String> = []
            for entry in map where !seen.insert(entry.key).inserted {
                throw SettingError("\(subject): '\(entry.key)' is set twice", at: entry.position)
            }
        case .some:
            guard let setting, let shortForm else {
                throw SettingError("\(subject): a map of options is expected", at: position)
            }
            entries = [
                Setting.Entry(key: shortForm, position: setting.position, value: setting)
            ]
        }
    }

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
        if let setting { record(key, setting.value) }
        return setting
    }

    /// A value of a type that can be read from its written form, within `range` where one is given.
    public mutating func value<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, default fallback: T, in range: ClosedRange<T>? = nil, help: String = ""
    ) throws(SettingError) -> T {
        if let value = try optional(key, T.self, in: range, fallback: "\(fallback)", help: help) {
            return value
        }
        record(key, .text("\(fallback)"))
        return fallback
    }

    /// As ``value(_:default:in:help:)``, nil where the key is not set.
    public mutating func optional<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, _: T.Type, in range: ClosedRange<T>? = nil, fallback: String? = nil,
        help: String = ""
    ) throws(SettingError) -> T? {
        guard let setting = find(key, fallback: fallback ?? "none", help: help) else {
            return nil
        }
        let value = try convert(setting, key: key, in: range)
        record(key, .text("\(value)"))
        return value
    }

    /// A yes-or-no option, written `true` or `false`.
    public mutating func flag(
        _ key: String, default fallback: Bool, help: String = ""
    ) throws(SettingError) -> Bool {
        var flag = fallback
        if let setting = find(key, fallback: "\(fallback)", help: help) {
            guard case .scalar(let text, isQuoted: false) = setting.value, let given = Bool(text)
            else {
                throw SettingError("\(subject): \(key) is true or false", at: setting.position)
            }
            flag = given
        }
        record(key, .text("\(flag)"))
        return flag
    }

    /// A value of any written form.
    ///
    /// - Parameter read: makes it of what is written, or of the default.
    public mutating func value<Value>(
        _ key: String, default fallback: String, help: String = "",
        by read: (Setting) throws(SettingError) -> Value
    ) throws(SettingError) -> Value {
        let setting =
            find(key, fallback: fallback, help: help) ?? Setting(unwritten: .text(fallback))
        record(key, setting.value)
        return try read(setting)
    }

    /// One of the cases of an enumeration, by its raw value.
    public mutating func choice<T>(
        _ key: String, default fallback: T, help: String = ""
    ) throws(SettingError) -> T
    where T: CaseIterable & RawRepresentable<String> & SendableMetatype {
        let known = T.allCases.map(\.rawValue)
        let help = help.isEmpty ? known.joined(separator: ", ") : help
        var chosen = fallback
        if let setting = find(key, fallback: fallback.rawValue, help: help) {
            guard case .scalar(let text, _) = setting.value, let given = T(rawValue: text) else {
                throw SettingError(
                    "\(subject): \(key) is one of \(known.joined(separator: ", "))",
                    at: setting.position)
            }
            chosen = given
        }
        record(key, .text(chosen.rawValue))
        return chosen
    }

    /// Refuses the keys that were not read, naming the nearest known one.
    public func finish() throws(SettingError) {
        let known = described.map(\.key)
        for entry in entries where !known.contains(entry.key) {
            let hint = known.isEmpty ? "it has no options" : nearest(to: entry.key, among: known)
            throw SettingError(
                "\(subject): unknown key '\(entry.key)': \(hint)", at: entry.position)
        }
    }

    /// Where the value of `key` was written, if it was.
    public func position(of key: String) -> SourcePosition? {
        entries.first { $0.key == key }?.value.position
    }

    /// An error about `key`, at the place where it was set.
    public func failure(_ key: String, _ message: String) -> SettingError {
        let place = entries.first { $0.key == key }?.position ?? position
        return SettingError("\(subject): \(key) \(message)", at: place)
    }

    /// The setting of a key, which is listed with the others.
    mutating func find(_ key: String, fallback: String?, help: String) -> Setting? {
        described.append(OptionDescription(key: key, fallback: fallback, help: help))
        return entries.first { $0.key == key }?.value
    }

    /// Adds a key to the full form.
    mutating func record(_ key: String, _ value: Setting.Value) {
        read.append(
            Setting.Entry(key: key, position: .unwritten, value: Setting(unwritten: value)))
    }

    /// A scalar as a value of a type, within a range.
    func convert<T: LosslessStringConvertible & Comparable>(
        _ setting: Setting, key: String, in range: ClosedRange<T>?
    ) throws(SettingError) -> T {
        guard setting.value != .none else {
            throw SettingError(
                "\(subject): \(key) has no value; give one or leave the key out",
                at: setting.position)
        }
        guard case .scalar(let text, let isQuoted) = setting.value,
            T.self == String.self || !isQuoted, let value = T(text)
        else {
            throw SettingError(
                "\(subject): \(key) is not a \(nameOfType(T.self))", at: setting.position)
        }
        if let range, !range.contains(value) {
            throw SettingError(
                "\(subject): \(key) is \(value); it lies in"
                    + " \(range.lowerBound)...\(range.upperBound)",
                at: setting.position)
        }
        if let number = value as? any BinaryFloatingPoint, !number.isFinite {
            throw SettingError("\(subject): \(key) is not finite", at: setting.position)
        }
        return value
    }

    private func nameOfType<T>(_: T.Type) -> String {
        switch T.self {
        case is Int.Type, is UInt64.Type: "whole number"
        case is Double.Type, is Float.Type: "number"
        default: "text"
        }
    }
}
