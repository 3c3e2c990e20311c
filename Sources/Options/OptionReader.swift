/// One option that a reader was asked for, as `cohort list` shows it.
public struct OptionDescription: Hashable, Sendable {
    public var key: String
    /// The default as it would be written, or nil for an option that must be given.
    public var fallback: String?
    public var help: String
}

/// Reads the typed options of one map of settings, each asked for by key with its default.
///
/// A type reads its options in its `init(options:)`; whoever made the reader then calls `finish()`,
/// which refuses keys that nobody asked for. Reading from no setting at all gives the defaults.
public struct OptionReader: Sendable {
    /// What is configured, for messages: `model 'mlp'`, `training`.
    public let subject: String
    /// Every option asked for so far, in order.
    public private(set) var described: [OptionDescription] = []
    private let entries: [Setting.Entry]
    private let position: SourcePosition?

    /// - Throws: ``SettingError`` where `setting` is not a map, or names a key twice.
    public init(_ setting: Setting?, subject: String) throws(SettingError) {
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
        default:
            throw SettingError("\(subject): a map of options is expected", at: position)
        }
    }

    /// The setting of `key` as it was written, if it was.
    public mutating func setting(
        _ key: String, fallback: String? = nil, help: String = ""
    ) -> Setting? {
        described.append(OptionDescription(key: key, fallback: fallback, help: help))
        return entries.first { $0.key == key }?.value
    }

    /// A value of a type that can be read from its written form, within `range` where one is given.
    public mutating func value<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, default fallback: T, in range: ClosedRange<T>? = nil, help: String = ""
    ) throws(SettingError) -> T {
        try optional(key, T.self, in: range, fallback: "\(fallback)", help: help) ?? fallback
    }

    /// As ``value(_:default:in:help:)``, nil where the key is not set.
    public mutating func optional<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, _: T.Type, in range: ClosedRange<T>? = nil, fallback: String? = nil,
        help: String = ""
    ) throws(SettingError) -> T? {
        guard let setting = setting(key, fallback: fallback ?? "none", help: help) else {
            return nil
        }
        return try convert(setting, key: key, in: range)
    }

    /// A yes-or-no option, written `true` or `false`.
    public mutating func flag(
        _ key: String, default fallback: Bool, help: String = ""
    ) throws(SettingError) -> Bool {
        guard let setting = setting(key, fallback: "\(fallback)", help: help) else {
            return fallback
        }
        guard case .scalar(let text, isQuoted: false) = setting.value, let flag = Bool(text) else {
            throw SettingError("\(subject): \(key) is true or false", at: setting.position)
        }
        return flag
    }

    /// One of the cases of an enumeration, by its raw value.
    public mutating func choice<T>(
        _ key: String, default fallback: T, help: String = ""
    ) throws(SettingError) -> T
    where T: CaseIterable & RawRepresentable<String> & SendableMetatype {
        let known = T.allCases.map(\.rawValue)
        let help = help.isEmpty ? known.joined(separator: ", ") : help
        guard let setting = setting(key, fallback: fallback.rawValue, help: help) else {
            return fallback
        }
        guard case .scalar(let text, _) = setting.value, let chosen = T(rawValue: text) else {
            throw SettingError(
                "\(subject): \(key) is one of \(known.joined(separator: ", "))",
                at: setting.position)
        }
        return chosen
    }

    /// A list of values; one value alone is a list of one.
    public mutating func list<T: LosslessStringConvertible & Comparable & SendableMetatype>(
        _ key: String, default fallback: [T], help: String = ""
    ) throws(SettingError) -> [T] {
        guard let setting = setting(key, fallback: "\(fallback)", help: help) else {
            return fallback
        }
        guard case .list(let items) = setting.value else {
            return [try convert(setting, key: key, in: nil)]
        }
        var values: [T] = []
        for item in items {
            values.append(try convert(item, key: key, in: nil))
        }
        return values
    }

    /// Refuses the keys that nobody asked for, naming the nearest known one.
    public func finish() throws(SettingError) {
        let known = described.map(\.key)
        for entry in entries where !known.contains(entry.key) {
            let hint = known.isEmpty ? "it has no options" : nearest(to: entry.key, among: known)
            throw SettingError(
                "\(subject): unknown key '\(entry.key)': \(hint)", at: entry.position)
        }
    }

    /// An error about `key`, at the place where it was set.
    public func failure(_ key: String, _ message: String) -> SettingError {
        let place = entries.first { $0.key == key }?.position ?? position
        return SettingError("\(subject): \(key) \(message)", at: place)
    }

    private func convert<T: LosslessStringConvertible & Comparable>(
        _ setting: Setting, key: String, in range: ClosedRange<T>?
    ) throws(SettingError) -> T {
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
        if let number = value as? Double, !number.isFinite {
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
