import Options

/// The settings that change numbers, as a side that refuses another sends them: a line
/// `path=value` for each, so that the refused side can name those that differ.
public struct AgreedSettings: Hashable, Sendable {
    private let values: [String: String]

    /// The settings by their paths; none where they are not known.
    public init(_ values: [String: String] = [:]) { self.values = values }

    /// Reads what another side sent.
    init(_ text: String) {
        values = text.split(separator: "\n").reduce(into: [:]) { values, line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
    }

    /// Bytes of the lines at most: the text of a message holds the reason too.
    private static let most = 1 << 15

    /// The lines, ascending, as many as a text of a message holds.
    var text: String {
        var text = ""
        for (path, value) in values.sorted(by: { $0.key < $1.key }) {
            let line = "\(path)=\(value.replacing("\n", with: " "))\n"
            guard text.utf8.count + line.utf8.count <= Self.most else { break }
            text += line
        }
        return text
    }

    /// What differs from the settings that another side sent, for a message; empty where nothing is
    /// known to.
    func differences(from other: String) -> String {
        let theirs = AgreedSettings(other).values
        guard !theirs.isEmpty, !values.isEmpty else { return "" }
        // What did not fit is behind the last line.
        let last = theirs.keys.max() ?? ""
        let isWhole = other.utf8.count < Self.most / 2
        let own = values.filter { isWhole || $0.key <= last }
        return SettingDifference.all(before: theirs, now: own).listed(other: "there")
    }
}
