import Options

/// What the other rooms know of the settings that are theirs: their names, options and defaults.
///
/// This is where they are plugged in. Each member checks a setting by its room's own reader and
/// returns it in full form, with every default; a reader from a registry is ``reader(_:)``.
public struct Rooms: Sendable {
    /// Checks the options of a name, which stands at a position.
    public typealias Reader =
        @Sendable (_ name: String, _ options: Setting?, _ position: SourcePosition?)
        throws(SettingError) -> Setting

    /// `learners.X.model` and `learners.X.options`.
    public var model: Reader
    /// `training.optimizer`, without its `kind`.
    public var optimizer: Reader
    /// `training.schedule`, without its `kind`.
    public var schedule: Reader
    /// `data`, or a learner's own; nil where it is not written.
    public var data: @Sendable (Setting?) throws(SettingError) -> DataSection

    public init(
        model: @escaping Reader, optimizer: @escaping Reader, schedule: @escaping Reader,
        data: @escaping @Sendable (Setting?) throws(SettingError) -> DataSection
    ) {
        self.model = model
        self.optimizer = optimizer
        self.schedule = schedule
        self.data = data
    }

    /// Checks by a registry.
    public static func reader<Product>(_ registry: Registry<Product>) -> Reader {
        { (name, options, position) throws(SettingError) in
            try registry.read(name, options: options, at: position).options
        }
    }
}

/// A checked `data` section, of which only the Datasets room knows the meaning.
public struct DataSection: Hashable, Sendable {
    /// In full form: `set`, `options`, `labels`, `validation`, `augmentation`.
    public var setting: Setting
    /// Each learner has labelled samples of its own.
    public var hasPrivateLabels: Bool
    /// There are unlabelled samples on which the learners teach one another.
    public var hasPool: Bool

    public init(_ setting: Setting, hasPrivateLabels: Bool, hasPool: Bool) {
        self.setting = setting.unplaced
        self.hasPrivateLabels = hasPrivateLabels
        self.hasPool = hasPool
    }
}

/// A name that another room knows, with its options in full form.
public struct NamedOptions: Hashable, Sendable {
    public var name: String
    /// A map, possibly empty.
    public var options: Setting

    public init(name: String, options: Setting = Setting(unwritten: .map([]))) {
        self.name = name
        self.options = options.unplaced
    }
}

extension NamedOptions {
    /// Reads `NAME` or `{kind: NAME, …}`, whose other keys are the room's.
    init(
        _ setting: Setting?, subject: String, default fallback: String, by reader: Rooms.Reader
    ) throws(SettingError) {
        var (name, options, position) = (fallback, setting, setting?.position)
        switch setting?.value {
        case .scalar(let text, _) where !text.isEmpty:
            (name, options) = (text, nil)
        case .map(let entries):
            if let kind = setting?["kind"] {
                guard case .scalar(let text, _) = kind.value.value else {
                    throw SettingError("\(subject): kind is a name", at: kind.position)
                }
                (name, position) = (text, kind.position)
            }
            options?.value = .map(entries.filter { $0.key != "kind" })
        case nil: break
        default:
            throw SettingError("\(subject): write a name, or a map with its kind", at: position)
        }
        self.init(name: name, options: try reader(name, options, position))
    }

    /// `{kind: NAME, …}`, every option written out.
    var setting: Setting {
        guard case .map(let entries) = options.value else { return options }
        let kind = Setting.Entry(
            key: "kind", position: .unwritten, value: Setting(unwritten: .text(name)))
        return Setting(unwritten: .map([kind] + entries))
    }
}
