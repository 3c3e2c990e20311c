import FoundationEssentials

/// Objects of JSON, one on each line: <https://jsonlines.org>.
package enum JSONLines {
    /// The texts of a file.
    ///
    /// - Parameters:
    ///   - text: the key of a text, a string.
    ///   - label: the key of its class: a string, a whole number or a truth value.
    ///   - needsLabels: whether an object without that key, or with null there, is a mistake; else
    ///     the label is empty.
    /// - Throws: ``DatasetError`` (65) that names the lines without them.
    package static func texts(
        of bytes: [UInt8], path: String, text: String, label: String, needsLabels: Bool = true
    ) throws(DatasetError) -> LabelledTexts {
        var texts = LabelledTexts(path)
        var mistakes = Mistakes()
        let decoder = JSONDecoder()
        for line in try TextLines.lines(of: bytes, path: path) {
            let place = "line \(line.number)"
            guard !line.text.allSatisfy(\.isWhitespace) else { continue }
            guard let object = try? decoder.decode([String: Value].self, from: Data(line.text.utf8))
            else {
                mistakes.add(
                    "\(place): is no object of JSON; write {\"\(text)\": …, \"\(label)\": …} on one"
                        + " line")
                continue
            }
            let isUnlabelled = !needsLabels && object[label]?.isNull ?? true
            let found = (
                text: object[text]?.text, label: isUnlabelled ? "" : object[label]?.label
            )
            for (key, value) in [(text, found.text), (label, found.label)] where value == nil {
                mistakes.add("\(place): \(Self.complaint(object, key, isText: key == text))")
            }
            if let text = found.text, text.utf8.contains(0) {
                mistakes.add("\(place): '\(text.prefix(20))' holds a zero character")
            }
            if let text = found.text, let label = found.label {
                texts.entries.append(.init(place: place, text: text, label: label.trimmed))
            }
        }
        try mistakes.check(
            path, remedy: "set text and label to the keys that all lines have, or correct the lines"
        )
        return texts
    }

    private static func complaint(_ object: [String: Value], _ key: String, isText: Bool) -> String
    {
        guard object[key] != nil else {
            return "has no '\(key)'; its keys are \(object.keys.sorted().joined(separator: ", "))"
        }
        return "'\(key)' is no \(isText ? "string" : "string, whole number or truth value")"
    }

    /// A value of an object.
    private enum Value: Decodable {
        case text(String)
        case code(String)
        case null
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let truth = try? container.decode(Bool.self) {
                self = .code("\(truth)")
            } else if let number = try? container.decode(Int.self) {
                self = .code("\(number)")
            } else if container.decodeNil() {
                self = .null
            } else {
                self = .other
            }
        }

        var text: String? {
            guard case .text(let text) = self else { return nil }
            return text
        }

        var label: String? {
            switch self {
            case .text(let text), .code(let text): text
            case .null, .other: nil
            }
        }

        var isNull: Bool {
            if case .null = self { true } else { false }
        }
    }
}
