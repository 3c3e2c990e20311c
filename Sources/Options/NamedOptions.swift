/// Checks the options of a name, which stands at a position, and returns them in full form.
///
/// - Throws: ``SettingError`` for an unknown name, an unknown key or a bad value.
public typealias NamedReader =
    @Sendable (_ name: String, _ options: Setting?, _ position: SourcePosition?)
    throws(SettingError) -> Setting

/// A name of a registry, with its options in full form.
public struct NamedOptions: Hashable, Sendable {
    /// The name in its registry.
    public var name: String
    /// A map, possibly empty.
    public var options: Setting

    /// A name with options that lie in no file.
    public init(name: String, options: Setting = Setting(unwritten: .map([]))) {
        self.name = name
        self.options = options.unplaced
    }
}

extension NamedOptions {
    /// Reads `NAME` or `{kind: NAME, …}`, whose other keys are the options.
    public init(
        _ setting: Setting?, subject: String, default fallback: String,
        by reader: (String, Setting?, SourcePosition?) throws(SettingError) -> Setting
    ) throws(SettingError) {
        let (name, options, position) = try Self.parts(
            of: setting, subject: subject, default: fallback)
        self.init(name: name, options: try reader(name, options, position))
    }

    /// The name, the options beside it, and the place of the name.
    static func parts(
        of setting: Setting?, subject: String, default fallback: String
    ) throws(SettingError) -> (name: String, options: Setting?, position: SourcePosition?) {
        guard let setting, !setting.value.isEmpty else { return (fallback, nil, setting?.position) }
        switch setting.value {
        case .scalar(let text, _): return (text, nil, setting.position)
        case .map(let entries):
            let kind = setting["kind"]?.value
            let options = Setting(.map(entries.filter { $0.key != "kind" }), at: setting.position)
            guard let kind, kind.value != .null else {
                return (fallback, options, setting.position)
            }
            guard case .scalar(let text, _) = kind.value else {
                throw SettingError("\(subject): kind is a name", at: kind.position)
            }
            return (text, options, kind.position)
        case .list:
            throw SettingError(
                "\(subject): write a name, or a map with its kind", at: setting.position)
        }
    }

    /// `{kind: NAME, …}`, every option written out.
    public var setting: Setting {
        guard case .map(let entries) = options.value else { return options }
        let kind = Setting.Entry(
            key: "kind", position: .unwritten, value: Setting(unwritten: .text(name)))
        return Setting(unwritten: .map([kind] + entries))
    }

    /// As ``setting``, or the name alone where there are no options.
    public var shortSetting: Setting {
        options.value == .map([]) ? Setting(unwritten: .text(name)) : setting
    }
}
