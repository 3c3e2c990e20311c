import Exchange
import Reporting
import Training

/// A relay: a node without a model that adds up what a circle of learners publishes.
///
/// It writes no checkpoint: started again, here or on another host, it goes on where the learners
/// need it.
public struct RelayNode: NodeKind {
    /// The kind's name.
    public static let name = "relay"
    /// What a relay does.
    public static let summary = "adds up what a circle of learners publishes, and publishes the sum"

    /// Which relay of the stage.
    public var relay: String
    /// Its part in the run.
    public var membership: NodeMembership
    /// A folder for what may have to be sent again; emptied at the start.
    public var directory: String
    /// Which start of the relay this is, at least; its folder counts otherwise.
    public var life: Int?
    /// Takes what the exchange waits for and what it refuses.
    public var notice: @Sendable (String) -> Void

    /// A relay of a stage.
    public init(
        relay: String, membership: NodeMembership, directory: String, life: Int? = nil,
        notice: @escaping @Sendable (String) -> Void
    ) {
        self.relay = relay
        self.membership = membership
        self.directory = directory
        self.life = life
        self.notice = notice
    }

    /// Opens the directory, the journal and the exchange of the relay.
    public func open(_ configuration: ExperimentConfiguration) throws -> NodeParts {
        let assembler = try Assembler(configuration)
        let assembly = try assembler.relay(relay, inStage: membership.stage)
        let folder = RelayDirectory(path: directory)
        try folder.create()
        let lock = try DirectoryLock(folder.path, patience: DirectoryLock.handover)
        let wiring = NodeWiring(
            assembler, name: relay, plan: assembly.plan, contracts: assembly.contracts, membership)
        let identity = try wiring.identity(
            incarnation: Incarnation.relay(
                relay, run: membership.run, life: try folder.beginLife(atLeast: life ?? 1)))
        let journal = try wiring.journal(in: folder.journal, of: identity)
        guard let rendezvous = membership.rendezvous else {
            preconditionFailure("a relay is started with a rendezvous")
        }
        let sockets = try wiring.sockets(
            identity, rendezvous: rendezvous, journal: journal, notice: notice)
        let exchange = JournaledExchange(sockets, journal: journal, keepsUse: false)
        return NodeParts(exchange: exchange, lock: lock, observer: RelayObserver()) { _ in
            RelayProgram(assembly, exchange: exchange) { sockets.relayStart }
        }
    }
}

/// A relay neither reports nor writes checkpoints.
private struct RelayObserver: NodeObserver {}
