import Exchange
import Foundation
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct CertificateTests {
    /// A folder that is removed when the test ends.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("keys-\(UInt64.random(in: 0 ... .max))").path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func file(_ name: String) -> CertificateFile { CertificateFile(path: "\(path)/\(name)") }

        func mode(_ name: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions]
                as? Int
        }
    }

    /// Written by pyzmq 27.3.0's `zmq.auth.create_certificates`.
    private static let written = """
        #   ****  Generated on 2026-11-24 17:54:13.272965 by pyzmq  ****
        #   ZeroMQ CURVE **Secret** Certificate
        #   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.

        metadata
        curve
            public-key = "PUBLIC"
            secret-key = "SECRET"
        """

    private func failure(_ body: () throws -> Void) -> ExchangeFailure? {
        do { try body() } catch { return error as? ExchangeFailure }
        return nil
    }

    @Test func pyzmqsCertificatesAreRead() throws {
        // Keys with the characters that the format itself uses: = and #.
        let keys = try (0..<10_000).lazy.map { _ in try CurveKeyPair() }
            .first { $0.publicKey.z85.contains("=") && $0.secretKey.z85.contains("#") }
        let pair = try #require(keys)
        let text = Self.written.replacing("PUBLIC", with: pair.publicKey.z85)
            .replacing("SECRET", with: pair.secretKey.z85)
        let certificate = try Certificate(text: text)
        #expect(certificate.name == nil)
        #expect(certificate.publicKey == pair.publicKey)
        #expect(try certificate.keys().secretKey == pair.secretKey)
    }

    @Test func whatIsWrittenIsReadAndSecretsArePrivate() throws {
        let folder = Folder()
        let keys = try CurveKeyPair()
        try Certificate(name: "a", keys: keys).write(to: folder.path, name: "a")
        #expect(try folder.file("a.key").read().publicKey == keys.publicKey)
        #expect(try folder.file("a.key").read().secretKey == nil)
        #expect(try folder.file("a.key_secret").readKeys().secretKey == keys.secretKey)
        #expect(try folder.mode("a.key_secret") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        let again = failure {
            try Certificate(name: "a", keys: CurveKeyPair()).write(to: folder.path, name: "a")
        }
        #expect(again?.exitCode == .configuration)
        #expect(try folder.file("a.key").read().publicKey == keys.publicKey)
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o660, 0o601])
    func aSecretThatOthersCanReadIsRefused(_ mode: Int) throws {
        let folder = Folder()
        try Certificate(name: "a", keys: CurveKeyPair()).write(to: folder.path, name: "a")
        let path = "\(folder.path)/a.key_secret"
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let link = "\(folder.path)/b/a.key_secret"
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/b", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "../a.key_secret")
        for path in [path, link] {
            let refusal = failure { _ = try CertificateFile(path: path).readKeys() }
            #expect(refusal?.exitCode == .notAuthorised)
            #expect(refusal?.message.contains("chmod 600") == true)
        }
    }

    @Test func aNameBelongsToItsKey() throws {
        let folder = Folder()
        try Certificate(name: "a", keys: CurveKeyPair()).write(to: folder.path, name: "a")
        try FileManager.default.copyItem(
            atPath: "\(folder.path)/a.key", toPath: "\(folder.path)/b.key")
        let refusal = failure { _ = try folder.file("b.key").read() }
        #expect(refusal?.exitCode == .notAuthorised)
        #expect(refusal?.message.contains("belongs to 'a' and not to 'b'") == true)
    }

    @Test(arguments: [
        "", "curve", "public-key", "public-key = \"short\"", "\u{0}\u{0}",
        "public-key = \"" + String(repeating: "~", count: 40) + "\"",
        String(repeating: "x", count: 100_000),
    ])
    func damagedOnesAreRefused(_ text: String) throws {
        let folder = Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/a.key"))
        let refusal = failure { _ = try folder.file("a.key").read() }
        #expect(refusal?.exitCode == .corruptData)
        #expect(refusal?.message.contains("a.key: ") == true)
    }

    @Test func foreignPairsAndExamplesAreRefused() throws {
        let (a, b) = (try CurveKeyPair(), try CurveKeyPair())
        let mixed = try Certificate(
            text: "public-key = \(a.publicKey.z85)\nsecret-key = \(b.secretKey.z85)")
        #expect(failure { _ = try mixed.keys() }?.exitCode == .corruptData)
        for example in CurveKey.examples {
            let refusal = failure {
                _ = try Certificate(text: "public-key = \"\(example.z85)\"")
            }
            #expect(refusal?.exitCode == .notAuthorised)
            #expect(failure { _ = try AllowList(["a": example]) }?.exitCode == .notAuthorised)
        }
        let shared = failure { _ = try AllowList(["a": a.publicKey, "b": a.publicKey]) }
        #expect(shared?.message.hasPrefix("'a' and 'b' have the same key") == true)
    }

    @Test func hexadecimalDigitsAreAKey() throws {
        let key = try CurveKeyPair().publicKey
        #expect(CurveKey(hexadecimal: key.hexadecimal) == key)
        #expect(CurveKey(hexadecimal: key.hexadecimal.uppercased()) == key)
        for wrong in ["", "zz", String(repeating: "+1", count: 32), key.hexadecimal + "00"] {
            #expect(CurveKey(hexadecimal: wrong) == nil)
        }
    }
}
