import Foundation

/// How numbers that JSON cannot hold travel: as `null`, with a member `nonfinite` beside them that
/// says what the nulls of the line stand for: one word (`"nan"`, `"inf"`, `"-inf"`) where all are
/// alike, otherwise an object from dotted path to word (`{"divergence.b": "inf"}`).
///
/// Foundation's coder is made to write such a number as a marked string; the line is rewritten only
/// when the mark occurs in it. The mark is a character for private use that JSON need not escape:
/// Foundation's decoder does not recognise the string otherwise.
enum NonFinite {
    static let words = ["nan", "inf", "-inf"]
    private static let mark = "\u{E000}non-finite:"

    static let encoding = JSONEncoder.NonConformingFloatEncodingStrategy.convertToString(
        positiveInfinity: mark + "inf", negativeInfinity: mark + "-inf", nan: mark + "nan")
    static let decoding = JSONDecoder.NonConformingFloatDecodingStrategy.convertFromString(
        positiveInfinity: mark + "inf", negativeInfinity: mark + "-inf", nan: mark + "nan")

    /// Whether `line`, as Foundation's encoder wrote it, may hold a marked string.
    static func mayOccur(in line: Data) -> Bool {
        line.range(of: Data(mark.utf8)) != nil
    }

    /// Marked strings become nulls that `nonfinite` explains.
    static func hide(in line: JSONValue) -> JSONValue {
        guard case .object(var members) = line else { return line }
        var found: [String: String] = [:]
        for (key, value) in members {
            members[key] = replacing(in: value, at: key) { value, path in
                guard case .string(let text) = value, text.hasPrefix(mark) else { return nil }
                let word = String(text.dropFirst(mark.count))
                guard words.contains(word) else { return nil }
                found[path] = word
                return .null
            }
        }
        guard let first = found.values.first else { return line }
        let isUniform = found.values.allSatisfy { $0 == first }
        members["nonfinite"] =
            isUniform ? .string(first) : .object(found.mapValues { .string($0) })
        return .object(members)
    }

    /// The nulls that `nonfinite` explains become marked strings.
    static func restore(in line: JSONValue) -> JSONValue {
        guard case .object(var members) = line,
            let explanation = members.removeValue(forKey: "nonfinite")
        else { return line }
        for (key, value) in members {
            members[key] = replacing(in: value, at: key) { value, path in
                guard value == .null, let word = word(at: path, in: explanation) else { return nil }
                return .string(mark + word)
            }
        }
        return .object(members)
    }

    private static func word(at path: String, in explanation: JSONValue) -> String? {
        switch explanation {
        case .string(let word): word
        case .object(let members):
            if case .string(let word)? = members[path] { word } else { nil }
        default: nil
        }
    }

    private static func replacing(
        in value: JSONValue, at path: String, _ replace: (JSONValue, String) -> JSONValue?
    ) -> JSONValue {
        if let replacement = replace(value, path) { return replacement }
        guard case .object(let members) = value else { return value }
        return .object(
            Dictionary(
                uniqueKeysWithValues: members.map { key, value in
                    (key, replacing(in: value, at: "\(path).\(key)", replace))
                }))
    }
}
