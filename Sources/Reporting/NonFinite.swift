import Foundation

/// The form of numbers that JSON cannot hold: `null`, and a member `nonfinite` of the line that
/// states the value of its nulls. It is one word (`"nan"`, `"inf"`, `"-inf"`) where all are alike
/// and no other value of the line is null, otherwise an object from dotted path to word
/// (`{"divergence.b": "inf", "terms.kd<b.shares.0": "nan"}`).
///
/// Foundation's coder writes such a number as a marked string; the line is rewritten only where the
/// mark occurs in it. The mark is a character for private use that JSON need not escape:
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

    /// The number of a marked string; nil for any other.
    static func number(_ text: String) -> Double? {
        guard text.hasPrefix(mark) else { return nil }
        return Double(text.dropFirst(mark.count))
    }

    /// Marked strings become nulls that `nonfinite` explains; of an array those of each object in
    /// it.
    static func hide(in line: JSONValue) -> JSONValue {
        if case .array(let items) = line { return .array(items.map(hide)) }
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
        let isUniform = found.values.allSatisfy { $0 == first } && !line.holdsNull
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

    /// A value with some of its parts replaced.
    ///
    /// - Parameter replace: the replacement of the value at a path; nil where it stays.
    private static func replacing(
        in value: JSONValue, at path: String, _ replace: (JSONValue, String) -> JSONValue?
    ) -> JSONValue {
        if let replacement = replace(value, path) { return replacement }
        switch value {
        case .object(let members):
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { key, value in
                        (key, replacing(in: value, at: "\(path).\(key)", replace))
                    }))
        case .array(let items):
            return .array(
                items.enumerated().map { replacing(in: $1, at: "\(path).\($0)", replace) })
        default: return value
        }
    }
}

extension JSONValue {
    /// Whether a value within is null.
    fileprivate var holdsNull: Bool {
        switch self {
        case .null: true
        case .array(let items): items.contains(where: \.holdsNull)
        case .object(let members): members.values.contains(where: \.holdsNull)
        case .bool, .integer, .number, .string: false
        }
    }
}
