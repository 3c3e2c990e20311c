/// The keys of a section with what each changes: declared beside the reader of the section, which
/// reads no key that is not declared.
///
///     static let keys: SettingKeys = ["every": .placement, "limits": ["join": .placement]]
public indirect enum SettingKeys: Hashable, Sendable {
    /// A key whose value has one effect, with all that stands below it.
    case all(SettingEffect)
    /// A map of these keys.
    case map([String: SettingKeys])
    /// A map of names that the user chooses, each with the same keys.
    case each(SettingKeys)
    /// A list whose items have keys of their own.
    case items([SettingKeys])

    /// A key that changes numbers.
    public static let numbers = all(.numbers)
    /// A key that changes where or how processes run.
    public static let placement = all(.placement)
    /// A key that changes what people see.
    public static let display = all(.display)

    /// The keys below a key; nil where it is not declared.
    public subscript(key: String) -> SettingKeys? {
        switch self {
        case .all: self
        case .map(let keys): keys[key]
        case .each(let keys): keys
        case .items: nil
        }
    }

    /// The same with other keys below one of them.
    public func with(_ key: String, _ below: SettingKeys?) -> SettingKeys {
        guard case .map(var keys) = self, let below else { return self }
        keys[key] = below
        return .map(keys)
    }

    /// Every key by its path, with its effect, ascending: `timeouts.join`. A name that the user
    /// chooses is written `NAME`, an item of a list by its number, from 1.
    public var listing: [(path: String, effect: SettingEffect)] {
        switch self {
        case .all(let effect): [("", effect)]
        case .each(let keys): keys.listing.map { (Self.joined("NAME", $0.path), $0.effect) }
        case .items(let items):
            zip(1..., items).flatMap { number, keys in
                keys.listing.map { (Self.joined("\(number)", $0.path), $0.effect) }
            }
        case .map(let map):
            map.sorted { $0.key < $1.key }.flatMap { key, keys in
                keys.listing.map { (Self.joined(key, $0.path), $0.effect) }
            }
        }
    }

    private static func joined(_ key: String, _ rest: String) -> String {
        rest.isEmpty ? key : "\(key).\(rest)"
    }
}

extension SettingKeys: ExpressibleByDictionaryLiteral {
    /// A map of keys.
    public init(dictionaryLiteral elements: (String, SettingKeys)...) {
        self = .map(Dictionary(uniqueKeysWithValues: elements))
    }
}

extension Setting {
    /// What of a setting has an effect; nil where nothing has.
    ///
    /// - Precondition: the keys of the setting's maps are declared.
    public func only(_ effect: SettingEffect, by keys: SettingKeys) -> Setting? {
        if case .all(let own) = keys { return own == effect ? self : nil }
        if case .items(let all) = keys, case .list(let items) = value {
            // An item stays in its place, whatever is left of it.
            let kept = zip(items, all).map { $0.only(effect, by: $1) ?? .map([:]) }
            return Setting(.list(kept), at: position)
        }
        guard case .map(let entries) = value else { return nil }
        let kept = entries.compactMap { entry in
            guard let below = keys[entry.key] else {
                preconditionFailure("the effect of '\(entry.key)' is not declared")
            }
            return entry.value.only(effect, by: below).map { value in
                Entry(key: entry.key, position: entry.position, value: value)
            }
        }
        return kept.isEmpty ? nil : Setting(.map(kept), at: position)
    }
}
