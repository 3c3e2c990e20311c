import ArgumentParser
import Exchange
import Experiment
import Training
import ZeroMQ

/// The arguments that learners and relays have in common.
struct MemberArguments: ParsableArguments {
    @Option(help: "Its own secret key, where the exchange is secured: NAME.key_secret.")
    var key: String?

    @Option(
        help: """
            The rendezvous' public key, where the exchange is secured: 64 digits, or its file, \
            rendezvous.key.
            """)
    var rendezvousKey: RendezvousKey?

    @Option(help: "The stage of the cohort's training, from 1.")
    var stage = 1

    @Flag(help: "Stop as soon as standard input is closed: when the launcher has gone.")
    var exitOnStdinClose = false

    @Flag(
        help: """
            Take a second TERM, INT or HUP for the first one again: a scheduler signals every process \
            of a job, and the launcher that is one of them signals those that it started too.
            """)
    var ignoreRepeats = false
}

extension MemberArguments {
    /// The node's part in a run.
    ///
    /// - Throws: as ``CertificateFile/read()`` for a key file that cannot be used.
    func membership(run: String, rendezvous: String?) throws -> NodeMembership {
        NodeMembership(
            run: run, stage: stage, rendezvous: rendezvous, key: key,
            rendezvousKey: try rendezvousKey?.read(), replacesEarlier: exitOnStdinClose)
    }

    /// Catches the signals of this process.
    func signals(_ cancel: @escaping @Sendable (Interruption) -> Void) -> any NodeSignals {
        ProcessSignals(
            endsWithStandardInput: exitOnStdinClose, ignoresRepeats: ignoreRepeats, cancel)
    }
}

/// A public key on the command line.
enum RendezvousKey: ExpressibleByArgument {
    case digits(CurveKey)
    case file(CertificateFile)

    init?(argument: String) {
        if let key = CurveKey(hexadecimal: argument) {
            self = .digits(key)
        } else if argument.hasSuffix(CertificateFile.publicSuffix) {
            self = .file(CertificateFile(path: argument))
        } else {
            return nil
        }
    }

    /// - Throws: as ``CertificateFile/read()``.
    func read() throws -> CurveKey {
        switch self {
        case .digits(let key): key
        case .file(let file): try file.read().publicKey
        }
    }
}
