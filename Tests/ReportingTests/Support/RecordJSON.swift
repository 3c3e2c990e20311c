import Foundation
import Reporting

/// One value within a JSON object: where it stands, and what it is.
struct JSONLeaf: CustomStringConvertible {
    /// A part of a path.
    enum Key: Hashable {
        case member(String)
        case item(Int)
    }

    /// What stands there.
    enum Value: Hashable {
        case whole(Int)
        case fraction(Double)
        case text(String)
    }

    var path: [Key]
    var value: Value

    /// The first key: the name of a record's field.
    var field: String { path.first.map(Self.name) ?? "" }

    /// The names below the field: peers, terms, their values.
    var names: [String] {
        path.dropFirst().compactMap { if case .member(let name) = $0 { name } else { nil } }
    }

    /// The value as a number; nil for a text.
    var number: Double? {
        switch value {
        case .whole(let number): Double(number)
        case .fraction(let number): number
        case .text: nil
        }
    }

    /// `terms.kd<b.shares.0`.
    var description: String { path.map(Self.name).joined(separator: ".") }

    /// Whether it, or a value that it is a part of, is one of these.
    func isWithin(_ descriptions: Set<String>) -> Bool {
        path.indices.contains { end in
            descriptions.contains(path[...end].map(Self.name).joined(separator: "."))
        }
    }

    private static func name(_ key: Key) -> String {
        switch key {
        case .member(let name): name
        case .item(let index): "\(index)"
        }
    }
}

/// A record as a JSON object whose values can be listed and changed one by one. The texts `nan!`,
/// `inf!` and `-inf!` stand for numbers that JSON has none of.
struct RecordJSON {
    private let root: Any

    init(_ record: Record) throws {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf!", negativeInfinity: "-inf!", nan: "nan!")
        root = try JSONSerialization.jsonObject(with: encoder.encode(record))
    }

    private init(root: Any) { self.root = root }

    /// The record that the object stands for; nil where it stands for none.
    var record: Record? {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf!", negativeInfinity: "-inf!", nan: "nan!")
        guard let data = try? JSONSerialization.data(withJSONObject: root) else { return nil }
        return try? decoder.decode(Record.self, from: data)
    }

    /// The names of the object's own members.
    var fields: Set<String> { Set((root as? [String: Any] ?? [:]).keys) }

    /// Every value, in the order of the paths.
    var leaves: [JSONLeaf] {
        Self.leaves(of: root, at: []).sorted { $0.description < $1.description }
    }

    /// The object with another value in the place of a leaf.
    func replacing(_ leaf: JSONLeaf, with value: JSONLeaf.Value) -> RecordJSON {
        let new: Any =
            switch value {
            case .whole(let number): number
            case .fraction(let number): number
            case .text(let text): text
            }
        return RecordJSON(root: Self.replacing(in: root, at: leaf.path[...], with: new))
    }

    /// The object without one of its members.
    func removing(_ field: String) -> RecordJSON {
        var members = root as? [String: Any] ?? [:]
        members[field] = nil
        return RecordJSON(root: members)
    }

    private static func leaves(of value: Any, at path: [JSONLeaf.Key]) -> [JSONLeaf] {
        switch value {
        case let members as [String: Any]:
            return members.flatMap { leaves(of: $1, at: path + [.member($0)]) }
        case let items as [Any]:
            return items.enumerated().flatMap { leaves(of: $1, at: path + [.item($0)]) }
        case let text as String: return [JSONLeaf(path: path, value: .text(text))]
        case let number as Double:
            let whole = Int(exactly: number).map(JSONLeaf.Value.whole)
            return [JSONLeaf(path: path, value: whole ?? .fraction(number))]
        default: return []
        }
    }

    private static func replacing(
        in value: Any, at path: ArraySlice<JSONLeaf.Key>, with new: Any
    ) -> Any {
        switch path.first {
        case nil: return new
        case .member(let name)?:
            var members = value as? [String: Any] ?? [:]
            guard let old = members[name] else { return value }
            members[name] = replacing(in: old, at: path.dropFirst(), with: new)
            return members
        case .item(let index)?:
            var items = value as? [Any] ?? []
            items[index] = replacing(in: items[index], at: path.dropFirst(), with: new)
            return items
        }
    }
}

extension RecordJSON: CustomStringConvertible {
    /// All values with their paths.
    var description: String { leaves.map { "\($0) = \($0.value)" }.joined(separator: "\n") }
}
