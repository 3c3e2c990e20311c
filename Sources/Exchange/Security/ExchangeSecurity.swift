import Bytes
import ZeroMQ

/// Who may connect to a learner's sockets.
public enum ExchangeSecurity: Sendable {
    /// Whoever reaches them; for sockets that only this host reaches.
    case plain
    /// CURVE: the learners whose public keys the rendezvous hands out, each by its own name.
    ///
    /// `keys` are the learner's own, `rendezvous` is the rendezvous' public key.
    case curve(keys: CurveKeyPair, rendezvous: CurveKey)

    var keys: CurveKeyPair? {
        guard case .curve(let keys, _) = self else { return nil }
        return keys
    }

    /// How to reach the rendezvous.
    var rendezvous: CurveConnection? {
        guard case .curve(let keys, let rendezvous) = self else { return nil }
        return CurveConnection(keys: keys, server: rendezvous)
    }

    /// How to reach a student whose contact the roster gives.
    func connection(to contact: Contact) throws(ExchangeFailure) -> CurveConnection? {
        guard let keys else { return nil }
        guard let server = contact.key else {
            throw ExchangeFailure(
                exitCode: .notAuthorised, message: "the roster has no key for \(contact.address)")
        }
        return CurveConnection(keys: keys, server: server)
    }
}

/// The keys of a connection: the own pair, and the public key that the other side must prove.
struct CurveConnection {
    let keys: CurveKeyPair
    let server: CurveKey
}

extension Contact {
    init(address: String, key: CurveKey?) {
        self.init(
            address: address,
            publicKey: key?.bytes ?? [UInt8](repeating: 0, count: CurveKey.byteCount))
    }

    /// The public key; nil where it has none.
    var key: CurveKey? {
        publicKey.allSatisfy { $0 == 0 } ? nil : CurveKey(bytes: publicKey)
    }
}

extension Sender {
    /// The ZAP domain of the run's sockets.
    var securityDomain: String { "cohort-\(run.hexadecimal)" }
}
