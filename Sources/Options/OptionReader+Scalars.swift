/// A type whose values a configuration writes as one scalar.
public typealias ScalarOption = Comparable & LosslessStringConvertible & SendableMetatype

extension OptionReader {
    /// A scalar as a value of a type, within a range.
    func convert<T: ScalarOption>(
        _ setting: Setting, key: String, in range: ClosedRange<T>?
    ) throws(SettingError) -> T {
        try Self.convert(setting, "\(subject): \(key)", in: range)
    }

    /// A scalar as a value of a type, within a range.
    ///
    /// - Parameter name: what it is called in messages.
    static func convert<T: ScalarOption>(
        _ setting: Setting, _ name: String, in range: ClosedRange<T>?
    ) throws(SettingError) -> T {
        func fault(_ what: String) -> SettingError {
            SettingError("\(name) \(what)", at: setting.position)
        }
        let (text, isQuoted) = try scalar(setting, name, as: T.self)
        guard T.self == String.self || !isQuoted, let value = NumberText(text).value(T.self) else {
            throw fault(NumberText(text).fault(as: T.self, isQuoted: isQuoted))
        }
        if let number = value as? any BinaryFloatingPoint, !number.isFinite {
            throw fault("is \(text), which is not finite")
        }
        if let range, !range.contains(value) {
            throw fault(
                "is \(value); it lies in \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    /// The text of a scalar.
    ///
    /// - Throws: ``SettingError`` where there is no value, or a list or a map in its place.
    private static func scalar<T: ScalarOption>(
        _ setting: Setting, _ name: String, as type: T.Type
    ) throws(SettingError) -> (text: String, isQuoted: Bool) {
        let wanted = NumberText.name(of: type)
        switch setting.value {
        case .scalar("", isQuoted: false):
            throw SettingError(
                "\(name) has no value; give one or leave the key out",
                at: setting.position)
        case .scalar(let text, let isQuoted): return (text, isQuoted)
        case .list:
            throw SettingError(
                "\(name) is a list, not a \(wanted)", at: setting.position)
        case .map:
            throw SettingError(
                "\(name) is a map, not a \(wanted)", at: setting.position)
        }
    }

    /// `true` or `false`.
    func truth(_ setting: Setting, key: String) throws(SettingError) -> Bool {
        guard case .scalar(let text, let isQuoted) = setting.value else {
            throw SettingError("\(subject): \(key) is true or false", at: setting.position)
        }
        if !isQuoted, let flag = Bool(text) { return flag }
        let words = ["yes": true, "on": true, "y": true, "1": true, "true": true]
            .merging(["no": false, "off": false, "n": false, "0": false, "false": false]) { $1 }
        guard let meant = words[text.lowercased()] else {
            let what = text.isEmpty ? "" : " and not '\(text)'"
            throw SettingError(
                "\(subject): \(key) is true or false\(what)", at: setting.position)
        }
        throw SettingError(
            "\(subject): \(key) is '\(text)'\(isQuoted ? " in quotes, and so text" : "");"
                + " write \(meant)", at: setting.position)
    }
}
