import Options

extension Setting {
    /// The setting as YAML that reads back as itself: maps and lists of maps as blocks, lists of
    /// scalars in brackets, keys in their order.
    public var yaml: String {
        switch value {
        case .scalar, .list([]), .map([]): inlined + "\n"
        default: block(indent: "")
        }
    }

    private func block(indent: String) -> String {
        switch value {
        case .map(let entries):
            entries.map { entry in
                let key = Setting(unwritten: .text(entry.key)).inlined
                let value = entry.value
                guard value.value != .none else { return "\(indent)\(key):\n" }
                return indent + key + ":"
                    + (value.isShort
                        ? " \(value.inlined)\n" : "\n" + value.block(indent: indent + "  "))
            }.joined()
        case .list(let items):
            items.map { item in
                let inner = item.isShort ? item.inlined + "\n" : item.block(indent: indent + "  ")
                return indent + "- " + inner.trimmingPrefix(indent + "  ")
            }.joined()
        case .scalar:
            indent + inlined + "\n"
        }
    }

    /// Whether it is written in one line.
    private var isShort: Bool {
        switch value {
        case .scalar: true
        case .list(let items): items.allSatisfy(\.isShort)
        case .map(let entries): entries.isEmpty
        }
    }

    /// A scalar, a list of scalars, or an empty map, in one line.
    private var inlined: String {
        switch value {
        case .none, .null: "null"
        case .scalar(let text, let isQuoted): isQuoted || !text.isPlain ? text.quoted : text
        case .list(let items): "[" + items.map(\.inlined).joined(separator: ", ") + "]"
        case .map: "{}"
        }
    }
}

extension String {
    /// In double quotes, with every character that is not printable ASCII escaped.
    fileprivate var quoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case " "..."~": text.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return text + "\""
    }
}
