import Foundation
import Testing

/// What other programs read from the files of `Fixtures/Data`: see
/// `scripts/reference/datasets.py`.
enum Expected {
    /// The path of a file.
    static func path(_ file: String) throws -> String {
        try #require(Bundle.module.resourceURL).appending(path: "Data/\(file)").path
    }

    /// The bytes of a file.
    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(file))))
    }

    /// What stands in `expected.json` under a key.
    static func value<Value: Decodable>(_ key: String, as _: Value.Type) throws -> Value {
        let data = try Data(contentsOf: URL(filePath: path("expected.json")))
        let all = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let value = try #require(all?[key], "datasets.py wrote no '\(key)'")
        return try JSONDecoder().decode(
            Value.self, from: JSONSerialization.data(withJSONObject: value))
    }
}
