extension Setting.Value {
    /// Text in the form in which it reads back as itself: plain where that is safe, otherwise
    /// quoted.
    public static func text(_ text: String) -> Self {
        .scalar(text, isQuoted: !text.isPlain)
    }

    /// No value: `key:` with nothing behind it.
    public static let none = Self.scalar("", isQuoted: false)

    /// `null` or `~`: the key counts as not written, and takes an inherited value away.
    public static let null = Self.scalar("null", isQuoted: false)

    /// Whether nothing is written: ``none`` or ``null``.
    public var isEmpty: Bool { self == .none || self == .null }
}

extension Setting {
    /// A setting that stands in no file: a default, or a part of a resolved configuration.
    public init(unwritten value: Value) {
        self.init(value, at: .unwritten)
    }

    /// The same values without their places, each in its standard form, so that equal settings
    /// compare equal wherever and however they were written.
    public var unplaced: Setting {
        switch value {
        case .scalar(let text, let isQuoted):
            let isPlain = !isQuoted && (text.isEmpty || text == "null" || text.isPlain)
            return Setting(unwritten: .scalar(text, isQuoted: !isPlain))
        case .list(let items):
            return Setting(unwritten: .list(items.map(\.unplaced)))
        case .map(let entries):
            return Setting(
                unwritten: .map(
                    entries.map {
                        Entry(key: $0.key, position: .unwritten, value: $0.value.unplaced)
                    }))
        }
    }

    /// The entry of a map's `key`; nil where there is none, or no map.
    public subscript(key: String) -> Entry? {
        guard case .map(let entries) = value else { return nil }
        return entries.first { $0.key == key }
    }
}

extension String {
    /// Whether a configuration file may hold this text without quotes, whatever surrounds it.
    public var isPlain: Bool {
        guard let first = unicodeScalars.first, !["null", "Null", "NULL"].contains(self) else {
            return false
        }
        let isSafe = unicodeScalars.allSatisfy {
            $0.isASCII && ($0.isLetterOrDigit || "_./+-" ~= $0)
        }
        return isSafe && (first.isLetterOrDigit || "_./" ~= first || Double(self) != nil)
    }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}

private func ~= (characters: String, scalar: Unicode.Scalar) -> Bool {
    characters.unicodeScalars.contains(scalar)
}
