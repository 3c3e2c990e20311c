import Exchange
import Experiment
import Foundation
import Reporting
import ZeroMQ

/// The keys of one part of a launch: new ones for the rendezvous and for each learner that is
/// started here, and the public keys that external learners have made themselves.
struct LaunchKeys {
    let security: Rendezvous.Security
    /// The rendezvous' public key.
    let rendezvous: CurveKey
    /// The public keys of the processes that are started here.
    let started: [String: CurveKey]
    /// The public keys of all that may take part.
    let allowed: [String: CurveKey]
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - started: the names of the processes that get new keys.
    ///   - external: the names of the learners that have made their keys themselves.
    ///   - elsewhere: the public keys of processes that another launcher starts, or that have made
    ///     their keys on other hosts.
    ///   - id: distinguishes the folder of the secret keys from others on this host.
    /// - Throws: ``ExchangeFailure`` where an external learner's public key is missing or damaged.
    init(
        started: [String], external: [String] = [], elsewhere: [String: CurveKey] = [:],
        exchange: ExchangeOptions, id: String
    ) throws {
        let folder = try TemporaryFolder(named: "cohort-keys-\(id)")
        do {
            var allowed = elsewhere
            for name in external {
                allowed[name] = try Self.publicKey(of: name, in: exchange.keys)
            }
            var made: [String: CurveKey] = [:]
            for name in started {
                let keys = try CurveKeyPair()
                made[name] = keys.publicKey
                try Certificate(name: name, keys: keys).write(to: folder.path, name: name)
            }
            allowed.merge(made) { $1 }
            (self.started, self.allowed) = (made, allowed)
            let own = try Self.rendezvousKeys(in: exchange.keys)
            rendezvous = own.publicKey
            security = .curve(keys: own, allowed: try AllowList(allowed))
            self.folder = folder
        } catch {
            folder.remove()
            throw error
        }
    }

    /// New keys, unless the folder of keys has some for the rendezvous: then external learners can
    /// be given its public key before a run begins, and it stays the same through all starts.
    private static func rendezvousKeys(in folder: String) throws -> CurveKeyPair {
        let file = CertificateFile(path: "\(folder)/rendezvous\(CertificateFile.secretSuffix)")
        guard FileManager.default.fileExists(atPath: file.path) else { return try CurveKeyPair() }
        return try file.readKeys()
    }

    private static func publicKey(of name: String, in folder: String) throws -> CurveKey {
        let path = "\(folder)/\(name)\(CertificateFile.publicSuffix)"
        do {
            return try CertificateFile(path: path).read().publicKey
        } catch let failure as ExchangeFailure where failure.exitCode == .missingFile {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "'\(name)' joins from elsewhere and has no key here: run `cohort keys new"
                    + " \(name)` on its host, and copy \(name).key to \(folder)/")
        }
    }

    /// The file of the secret key of a process that is started here.
    func secretFile(of name: String) -> String {
        "\(folder.path)/\(name)\(CertificateFile.secretSuffix)"
    }

    /// The arguments that give a process its keys.
    ///
    /// - Parameters:
    ///   - other: the public key of a rendezvous elsewhere; nil where it is the one here.
    ///   - folder: where its host keeps its key; nil where it is started here.
    func arguments(
        for name: String, rendezvous other: CurveKey? = nil, in folder: String? = nil
    ) -> [String] {
        let place = folder ?? self.folder.path
        return [
            "--key", "\(place)/\(name)\(CertificateFile.secretSuffix)", "--rendezvous-key",
            (other ?? rendezvous).hexadecimal,
        ]
    }

    /// The end of the message by which an external learner is started.
    var notice: String {
        ", rendezvous key \(rendezvous.hexadecimal) (`--key` is its own NAME.key_secret)"
    }

    func remove() { folder.remove() }
}
