import Bytes
import Exchange
import Foundation
import Testing
import ZeroMQ

/// What `cohort keys` shows of a folder, and what it refuses.
struct CertificateFolderTests {
    private let folder: CertificateFolder

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/keys-\(UUID().uuidString)"
        folder = CertificateFolder(path: path)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder.path) }

    @Test func eachNameIsListedOnceWithItsKey() throws {
        defer { remove() }
        let (a, b) = (try CurveKeyPair(), try CurveKeyPair())
        try Certificate(name: "a", keys: a).write(to: folder.path, name: "a")
        let text = Certificate(name: "b", keys: b).publicText
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/b.key"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/notes.txt"))
        #expect(
            try folder.listing() == [
                "a\t\(a.publicKey.z85)\tsecret", "b\t\(b.publicKey.z85)\tpublic",
            ])
        #expect(try folder.check() == (learners: 2, files: 3))
        #expect(try folder.publicCertificate(of: "b").publicKey == b.publicKey)
    }

    @Test func twoFilesOfDifferentKeysAreRefused() throws {
        defer { remove() }
        for name in ["a", "b"] {
            try Certificate(name: name, keys: try CurveKeyPair()).write(
                to: folder.path, name: name)
        }
        let other = Certificate(name: "a", keys: try CurveKeyPair()).publicText
        try Data(other.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/a.key"))
        let error = try #require(throws: ExchangeFailure.self) { try folder.check() }
        #expect(error.exitCode == .corruptData && error.message.contains("are of different keys"))
    }

    @Test func aFolderThatIsMissingIsNamed() throws {
        let error = try #require(throws: DiskError.self) { try folder.listing() }
        #expect(error.exitCode == .missingFile && error.path == folder.path)
    }
}
