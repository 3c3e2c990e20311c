import Exchange
import ZeroMQ

/// What every node of a cohort is given alike: the run, where the cohort meets, and its keys.
public struct NodeMembership: Sendable {
    /// The run's identifier, the same for all nodes of the cohort.
    public var run: String
    /// The stage of the cohort's training, from 1.
    public var stage: Int
    /// The address where the cohort meets; nil for a learner that meets nobody.
    public var rendezvous: String?
    /// The file of its secret key, where the exchange is secured.
    public var key: String?
    /// The public key of the rendezvous, where the exchange is secured.
    public var rendezvousKey: CurveKey?
    /// Whether an earlier start of the same node that still runs on this host is told to end: its
    /// launcher has lost it, and started this one in its place.
    public var replacesEarlier: Bool

    /// A part in a run; by default of a plain exchange.
    public init(
        run: String, stage: Int, rendezvous: String?, key: String? = nil,
        rendezvousKey: CurveKey? = nil, replacesEarlier: Bool = false
    ) {
        self.run = run
        self.stage = stage
        self.rendezvous = rendezvous
        self.key = key
        self.rendezvousKey = rendezvousKey
        self.replacesEarlier = replacesEarlier
    }

    /// How the exchange of a node is secured.
    ///
    /// - Throws: ``ExchangeFailure`` (77) where a secured exchange lacks keys, (78) where a plain
    ///   one is given some; ``DiskError`` or ``ExchangeFailure`` for a key file that cannot be
    ///   used.
    func security(of name: String, _ configuration: ExperimentConfiguration) throws
        -> ExchangeSecurity
    {
        guard configuration.exchange.security == .curve else {
            guard key == nil, rendezvousKey == nil else {
                throw ExchangeFailure(
                    exitCode: .configuration,
                    message:
                        "'\(name)' has keys, and the exchange of this configuration is"
                        + " plain; set exchange.security=curve")
            }
            return .plain
        }
        guard let key, let rendezvousKey else {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "the exchange of this configuration is secured: '\(name)' needs"
                    + " --key, which `cohort keys new \(name)` makes, and the"
                    + " --rendezvous-key that the launcher prints")
        }
        return .curve(keys: try CertificateFile(path: key).readKeys(), rendezvous: rendezvousKey)
    }
}
