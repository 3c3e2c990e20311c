import Foundation

/// Values as JSON for people and programs: indented, with keys in the order of the alphabet. A
/// number that is not finite is `null`, and a member `nonfinite` of the document states its value,
/// as in records.
package enum JSONText {
    /// The text of an object, or of an array of objects.
    package static func of(_ value: some Encodable) -> String {
        String(decoding: encode(NonFinite.hide(in: JSONLines.value(of: value))), as: UTF8.self)
            + "\n"
    }

    private static func encode(_ value: JSONValue) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a JSON value always has a text")
        }
        return data
    }
}
