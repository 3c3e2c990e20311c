import Foundation
import ZeroMQ

/// A certificate on disk: `a.key` for everybody, `a.key_secret` for its owner alone.
public struct CertificateFile: Sendable {
    private static let mostBytes = 1 << 16
    /// How the name of a public certificate ends.
    public static let publicSuffix = ".key"
    /// How the name of a secret certificate ends.
    public static let secretSuffix = ".key_secret"

    /// The file.
    public let path: String

    /// The certificate at a path; nothing is read yet.
    public init(path: String) { self.path = path }

    /// Whose it is by its file's name.
    public var name: String {
        let file = URL(fileURLWithPath: path).lastPathComponent
        for suffix in [Self.secretSuffix, Self.publicSuffix] where file.hasSuffix(suffix) {
            return String(file.dropLast(suffix.count))
        }
        return file
    }

    /// Whether it holds a secret key.
    public var isSecret: Bool { path.hasSuffix(Self.secretSuffix) }

    /// Reads it.
    ///
    /// - Throws: ``ExchangeFailure``: 66 where it is missing, 65 where it is damaged, 77 where it
    ///   belongs to another name or others may read a secret.
    public func read() throws -> Certificate {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ExchangeFailure(
                exitCode: .missingFile, message: "\(path) is missing; `cohort keys new` makes keys")
        }
        if isSecret { try requirePrivacy() }
        let certificate = try about(path) { try Certificate(text: try text()) }
        if let stated = certificate.name, stated != name {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "\(path) belongs to '\(stated)' and not to '\(name)'; name it"
                    + " \(stated)\(isSecret ? Self.secretSuffix : Self.publicSuffix)")
        }
        return certificate
    }

    /// Reads the keys of a secret certificate.
    public func readKeys() throws -> CurveKeyPair {
        let certificate = try read()
        return try about(path) { try certificate.keys() }
    }

    private func text() throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let data = try handle.read(upToCount: Self.mostBytes + 1) ?? Data()
        guard data.count <= Self.mostBytes, let text = String(data: data, encoding: .utf8) else {
            throw ExchangeFailure(exitCode: .corruptData, message: "it is no certificate")
        }
        return text
    }

    /// As ssh does, refuses a secret that others than its owner may read or change.
    private func requirePrivacy() throws {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        guard let mode = mode as? Int, mode & 0o077 == 0 else {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "\(path) holds a secret key, and others than its owner may read or change"
                    + " it; run `chmod 600 \(path)`, or make new keys if somebody has")
        }
    }
}

extension Certificate {
    /// Writes both files into a folder, which is made where there is none.
    ///
    /// - Throws: ``ExchangeFailure``: 78 where the name has keys already, 74 what the disk refuses.
    public func write(to folder: String, name: String) throws {
        let files = FileManager.default
        let (open, secret) = (
            "\(folder)/\(name)\(CertificateFile.publicSuffix)",
            "\(folder)/\(name)\(CertificateFile.secretSuffix)"
        )
        for path in [open, secret] where files.fileExists(atPath: path) {
            throw ExchangeFailure(
                exitCode: .configuration,
                message: "\(path) is there already; remove it to give '\(name)' new keys")
        }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try writeSecret(to: secret, in: folder)
            try Data(publicText.utf8).write(to: URL(fileURLWithPath: open))
        } catch {
            throw ExchangeFailure(
                exitCode: .disk,
                message: "cannot write the keys of '\(name)' to \(folder): \(error)")
        }
    }

    /// The secret is written where only its owner can look, and then moved: at no time may others
    /// open its file.
    private func writeSecret(to path: String, in folder: String) throws {
        guard let privateText else { return }
        let nursery = try PrivateDirectory(in: folder)
        defer { nursery.remove() }
        let draft = URL(fileURLWithPath: "\(nursery.path)/secret")
        try Data(privateText.utf8).write(to: draft)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: draft.path)
        try FileManager.default.moveItem(atPath: draft.path, toPath: path)
    }
}

/// Says of what a problem is.
private func about<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let failure as ExchangeFailure {
        throw ExchangeFailure(exitCode: failure.exitCode, message: "\(path): \(failure.message)")
    }
}
