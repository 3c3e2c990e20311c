import Options
import Yams

/// The text of a YAML document, which Yams turns into nodes.
///
/// Yams refuses a whole document for a key that a map has twice. Where the second one stands on a
/// line of its own, it is noted and renamed, so that the other mistakes are found too.
struct DocumentText {
    private var lines: [Substring]
    private let place: (Int) -> SourcePosition
    /// The keys that stand twice in a map.
    private(set) var repeated: [SettingError] = []

    init(_ text: String, place: @escaping (Int) -> SourcePosition) {
        // A byte order mark belongs to the encoding and not to the text.
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        self.place = place
    }

    /// Whether a key is one that was renamed.
    static func isRepeated(_ key: String) -> Bool { key.hasSuffix(mark) }

    /// What no key of a person has.
    private static let mark = "\u{E000}repeated"
    /// The most repeated keys that are reported together.
    private static let mostRepeated = 100

    /// The root node; nil for an empty document.
    ///
    /// - Throws: ``SettingError`` at the line of the first thing that is not YAML.
    mutating func compose() throws(SettingError) -> Node? {
        while true {
            do {
                let text = lines.joined(separator: "\n")
                // The encoding by default would depend on an environment variable.
                return try Yams.compose(yaml: text, .default, .default, .utf8)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                try note(keys.first ?? "", at: context.mark)
            } catch let error as YamlError {
                throw setting(error)
            } catch {
                throw SettingError("not YAML: \(error)", at: place(1))
            }
        }
    }

    /// Notes a key that stands at a mark and again further down in the same map, and renames the
    /// second one.
    private mutating func note(_ key: String, at mark: Mark) throws(SettingError) {
        let first = mark.line - 1
        let indent = mark.column - 1
        let second = lines.indices.first { index in
            index > first && lines[index].prefix(indent).allSatisfy { " -".contains($0) }
                && Self.key(of: lines[index].dropFirst(indent)) == key
        }
        guard let second, repeated.count < Self.mostRepeated else {
            throw SettingError(
                "'\(key)' is set here and again further down; keep one of them",
                at: place(mark.line))
        }
        repeated.append(
            SettingError(
                "'\(key)' is set here and again in line \(second + 1); keep one of them",
                at: place(mark.line)))
        let line = lines[second]
        let value = line[line.index(after: line.firstIndex(of: ":") ?? line.startIndex)...]
        lines[second] =
            "\(line.prefix(indent))\"\(key.filter { $0 != "\"" && $0 != "\\" })\(second)\(Self.mark)\":\(value)"[
                ...]
    }

    /// The key that a line begins with, plain or quoted.
    private static func key(of line: Substring) -> String? {
        line.prefixMatch(of: /(?:"([^"]*)"|'([^']*)'|([^\s"'#:][^#:]*?))\s*:(?:\s|$)/).map {
            String($0.1 ?? $0.2 ?? $0.3 ?? "")
        }
    }

    /// What is wrong, at its line.
    private func setting(_ error: YamlError) -> SettingError {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _):
            return fault(context.map { "\(problem) \($0.text)" } ?? problem, at: mark)
        case .composer(let context, let problem, let mark, _):
            guard !problem.contains("another document") else {
                return SettingError(
                    "a second document begins ('---'), and a configuration is one; give it a file of"
                        + " its own", at: place(mark.line))
            }
            return fault(context.map { "\($0.text), \(problem)" } ?? problem, at: mark)
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.utf8.prefix(offset ?? 0)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            return SettingError("not YAML: \(problem)", at: place(line))
        default:
            return SettingError("not YAML: \(error)", at: place(1))
        }
    }

    private func fault(_ problem: String, at mark: Mark) -> SettingError {
        SettingError("not YAML: \(problem)\(hint(at: mark.line))", at: place(mark.line))
    }

    /// The usual reason why a line is no YAML, if it shows one.
    private func hint(at number: Int) -> String {
        guard lines.indices.contains(number - 1) else { return "" }
        let line = lines[number - 1]
        if line.prefix(while: \.isWhitespace).contains("\t") {
            return "; a tab indents the line: use spaces"
        }
        if line.contains(/[:\[{,-]\s*[@`%]/) {
            return "; text that begins with '@', '`' or '%' stands in quotes"
        }
        return ""
    }
}
