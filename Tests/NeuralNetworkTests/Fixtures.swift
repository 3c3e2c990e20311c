import Foundation
import ReferenceNumbers
import Testing

extension ReferenceCase {
    /// The cases of one of this target's fixtures whose names begin with `group`.
    static func all(in fixture: String, group: String) throws -> [ReferenceCase] {
        try all(at: url(of: "\(fixture).safetensors"), group: group)
    }

    /// The case of exactly this name.
    static func one(in fixture: String, _ name: String) throws -> ReferenceCase {
        try one(at: url(of: "\(fixture).safetensors"), name)
    }

    static func url(of name: String) throws -> URL {
        let fixtures = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
        return fixtures.appending(path: name)
    }
}
