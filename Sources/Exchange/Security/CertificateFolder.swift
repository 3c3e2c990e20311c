import Bytes
import Foundation
import ZeroMQ

/// A folder of certificates: `NAME.key` and `NAME.key_secret`.
package struct CertificateFolder: Sendable {
    /// The path of the folder.
    package let path: String

    /// The folder at that path, which need not exist.
    package init(path: String) { self.path = path }

    /// All certificates in the folder, public and secret ones, sorted by their paths.
    ///
    /// - Throws: ``DiskError`` (66) where there is no such folder.
    package func files() throws(DiskError) -> [CertificateFile] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw DiskError(
                "read", path, "there is no such folder; `cohort keys new` makes it",
                exitCode: .missingFile)
        }
        return names.filter {
            $0.hasSuffix(CertificateFile.publicSuffix) || $0.hasSuffix(CertificateFile.secretSuffix)
        }.sorted().map { CertificateFile(path: "\(path)/\($0)") }
    }

    /// A line for each name: the name, its public key in Z85, and whether the secret key is there.
    ///
    /// - Throws: as ``files()`` and ``CertificateFile/read()``.
    package func listing() throws -> [String] {
        let files = try files()
        return try Set(files.map(\.name)).sorted().map { name in
            let own = files.filter { $0.name == name }
            let key = try own[0].read().publicKey.z85
            let isSecret = own.contains { $0.isSecret }
            return "\(name)\t\(key)\t\(isSecret ? "secret" : "public")"
        }
    }

    /// The public certificate of a learner, under its name.
    ///
    /// - Throws: as ``CertificateFile/read()``.
    package func publicCertificate(of name: String) throws -> Certificate {
        let file = CertificateFile(path: "\(path)/\(name)\(CertificateFile.publicSuffix)")
        var certificate = try file.read()
        certificate.name = name
        return certificate
    }

    /// Reads all certificates, and makes sure that the two files of a name are of the same keys and
    /// that no two names share a key.
    ///
    /// - Returns: the number of names and of files.
    /// - Throws: ``ExchangeFailure``: 65 where files are damaged or are of different keys, 77 where
    ///   others may read a secret key or names share a key.
    package func check() throws -> (learners: Int, files: Int) {
        let files = try files()
        var known: [String: CurveKey] = [:]
        for file in files {
            let key = try file.isSecret ? file.readKeys().publicKey : file.read().publicKey
            guard known[file.name] ?? key == key else {
                throw ExchangeFailure(
                    exitCode: .corruptData,
                    message: "\(file.path) and the other file of '\(file.name)' are of"
                        + " different keys")
            }
            known[file.name] = key
        }
        _ = try AllowList(known)
        return (known.count, files.count)
    }
}
