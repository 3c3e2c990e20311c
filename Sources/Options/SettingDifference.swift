/// Something by which two runs differ, and both its values.
public struct SettingDifference: Hashable, Sendable, CustomStringConvertible {
    /// What it is: `training.optimizer.rate`.
    public var name: String
    /// The value before, or of the other; nil where it is not set there.
    public var before: String?
    /// The value now; nil where it is not set.
    public var now: String?

    /// A difference between two values.
    public init(_ name: String, before: String?, now: String?) {
        (self.name, self.before, self.now) = (name, before, now)
    }

    /// `training.optimizer.rate: 0.2, before 0.1`; for digests `data: labels: not as before`.
    public var description: String { text(other: "before") }

    /// As ``description``, with another word for whose the other value is: `rank 0`.
    public func text(other: String) -> String {
        if let before, let now, before.isDigest, now.isDigest { return "\(name): not as \(other)" }
        return "\(name): \(now ?? "not set"), \(other) \(before ?? "not set")"
    }

    /// What differs between two lists of values by name, ascending.
    public static func all(
        before: [String: String], now: [String: String]
    ) -> [SettingDifference] {
        Set(before.keys).union(now.keys).sorted().compactMap { name in
            before[name] == now[name]
                ? nil : SettingDifference(name, before: before[name], now: now[name])
        }
    }
}

extension Collection<SettingDifference> {
    /// All in one line; many are counted.
    public var listed: String { listed(other: "before") }

    /// As ``listed``, with another word for whose the other values are.
    public func listed(other: String) -> String {
        let shown = prefix(8).map { $0.text(other: other) }.joined(separator: "; ")
        return count > 8 ? "\(shown); and \(count - 8) more" : shown
    }
}

extension String {
    /// Whether it is a SHA-256 in hexadecimal.
    fileprivate var isDigest: Bool {
        utf8.count == 64 && allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }
}

extension Setting {
    /// Every value by its path: `training.optimizer.rate` and `teaching.0.mutual.weight`. A list of
    /// scalars is one value.
    public var valuesByPath: [String: String] {
        var values: [String: String] = [:]
        collect(under: "", into: &values)
        return values
    }

    private func collect(under path: String, into values: inout [String: String]) {
        func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        switch value {
        case .scalar(let text, _): values[path] = text
        case .map(let entries) where !entries.isEmpty:
            for entry in entries { entry.value.collect(under: joined(entry.key), into: &values) }
        case .map: values[path] = "{}"
        case .list(let items):
            let scalars = items.compactMap(\.scalarText)
            guard scalars.count < items.count else {
                values[path] = "[\(scalars.joined(separator: ", "))]"
                return
            }
            for (index, item) in items.enumerated() {
                item.collect(under: joined("\(index)"), into: &values)
            }
        }
    }

    private var scalarText: String? {
        guard case .scalar(let text, _) = value else { return nil }
        return text
    }
}
