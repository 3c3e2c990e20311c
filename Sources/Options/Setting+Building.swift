extension Setting {
    /// A map of what is not nil, in order.
    package static func map(_ entries: KeyValuePairs<String, Setting?>) -> Setting {
        Setting(
            unwritten: .map(
                entries.compactMap { key, value in
                    value.map { Setting.Entry(key: key, position: .unwritten, value: $0) }
                }))
    }

    /// A number, a flag or a text.
    package static func scalar(_ value: some CustomStringConvertible) -> Setting {
        Setting(unwritten: .text(value.description))
    }
}
