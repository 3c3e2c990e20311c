import Exchange
import Experiment
import Foundation
import ZeroMQ

/// The keys of one part of a launch: new ones for the rendezvous and for each learner that is started
/// here, and the public keys that external learners have made themselves.
struct LaunchKeys {
    let security: Rendezvous.Security
    private let rendezvous: CurveKey
    private let folder: TemporaryFolder

    /// - Parameter remote: the public keys that other hosts have made for those that are started there.
    /// - Throws: ``ExchangeFailure`` where an external learner's public key cannot be had.
    init(
        started: [String], external: [String], remote: [String: CurveKey] = [:],
        exchange: ExchangeOptions, id: String
    ) throws {
        let folder = try TemporaryFolder(named: "cohort-keys-\(id)")
        do {
            var allowed = remote
            for name in external {
                allowed[name] = try Self.publicKey(of: name, in: exchange.keys)
            }
            for name in started {
                let keys = try CurveKeyPair()
                allowed[name] = keys.publicKey
                try Certificate(name: name, keys: keys).write(to: folder.path, name: name)
            }
            let own = try CurveKeyPair()
            rendezvous = own.publicKey
            security = .curve(keys: own, allowed: try AllowList(allowed))
            self.folder = folder
        } catch {
            folder.remove()
            throw error
        }
    }

    private static func publicKey(of name: String, in folder: String) throws -> CurveKey {
        let path = "\(folder)/\(name)\(CertificateFile.publicSuffix)"
        do {
            return try CertificateFile(path: path).read().publicKey
        } catch let failure as ExchangeFailure where failure.exitCode == 66 {
            throw ExchangeFailure(
                exitCode: 77,
                message: "'\(name)' joins from elsewhere and has no key here: run `cohort keys new"
                    + " \(name)` on its host, and copy \(name).key to \(folder)/")
        }
    }

    /// What a learner that is started is told.
    ///
    /// - Parameter folder: where its host keeps its key; nil where it is started here.
    func arguments(for name: String, in folder: String? = nil) -> [String] {
        let place = folder ?? self.folder.path
        return [
            "--key", "\(place)/\(name)\(CertificateFile.secretSuffix)", "--rendezvous-key",
            rendezvous.hexadecimal,
        ]
    }

    /// What an external learner must be told.
    var notice: String {
        ", rendezvous key \(rendezvous.hexadecimal) (`--key` is its own NAME.key_secret)"
    }

    func remove() { folder.remove() }
}
