/// A type that has a name in the configuration.
public protocol Named: SendableMetatype {
    /// What the configuration calls it.
    static var name: String { get }
    /// What it is, in a few words and with its paper.
    static var summary: String { get }
    /// The option that a value alone sets: with `among`, `[a, b]` stands for `{among: [a, b]}`. Nil
    /// where all options are written with their keys.
    static var shortForm: String? { get }
}

extension Named {
    /// All options are written with their keys.
    public static var shortForm: String? { nil }
}

/// A type of which a configuration makes a value by its name and its options: an entry of a
/// ``Registry``.
public protocol Configurable: Named {
    /// Reads the options; the registry refuses keys that were not asked for.
    ///
    /// - Throws: ``SettingError`` for a bad value.
    init(options: inout OptionReader) throws(SettingError)
}

/// A configurable type without options.
public protocol OptionFree: Configurable {
    /// The only value that a configuration can name.
    init()
}

extension OptionFree {
    /// Reads nothing.
    public init(options: inout OptionReader) { self.init() }
}
