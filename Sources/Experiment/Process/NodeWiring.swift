import CohortGraph
import Exchange
import Training

/// Connects a node of a configuration to its neighbours: the one place where the identity, the
/// journal, the links and the limits of an exchange come from the configuration.
struct NodeWiring {
    private let assembler: Assembler
    private let name: String
    private let plan: TeachingPlan
    private let contracts: TensorContracts?
    private let membership: NodeMembership

    /// - Parameter contracts: of the tensors that the node receives; nil where it receives none.
    init(
        _ assembler: Assembler, name: String, plan: TeachingPlan, contracts: TensorContracts?,
        _ membership: NodeMembership
    ) {
        self.assembler = assembler
        self.name = name
        self.plan = plan
        self.contracts = contracts
        self.membership = membership
    }

    private var configuration: ExperimentConfiguration { assembler.configuration }

    /// Who the node is.
    ///
    /// - Parameter incarnation: higher than in every earlier life of the node.
    func identity(incarnation: UInt64) throws -> ExchangeIdentity {
        var identity = ExchangeIdentity(
            name: name, run: ExchangeIdentity.runIdentifier(of: membership.run),
            configurationDigest: configuration.identityDigestBytes, classes: assembler.classes,
            sampleOrderDigest: Self.start(of: try assembler.sampleOrderDigest()),
            incarnation: incarnation)
        identity.labelDigest = Self.start(of: assembler.commonLabelDigest)
        identity.testDigest = Self.start(of: assembler.testDigest)
        for learner in configuration.learners {
            identity.steps[learner.name] = learner.learns ? try assembler.steps(of: learner) : 0
        }
        identity.settings = configuration.identitySettings
        return identity
    }

    /// The first 64 bits of a digest; 0 of an empty one.
    private static func start(of digest: [UInt8]) -> UInt64 {
        digest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The journal of what the node publishes and uses.
    ///
    /// - Parameter keepsAll: keeps all that is published, for recordings.
    func journal(
        in directory: String, of identity: ExchangeIdentity, keepsAll: Bool = false
    ) throws -> JournalWriter {
        try JournalWriter(
            directory: directory, sender: identity.sender,
            segmentBytes: configuration.exchange.segmentBytes,
            keepsAll: keepsAll)
    }

    /// The exchange over sockets with the neighbours that are processes.
    ///
    /// - Parameters:
    ///   - rendezvous: the address where the cohort meets.
    ///   - checkpoints: the steps of the oldest and the newest checkpoint.
    ///   - state: of the exchange, as the newest checkpoint holds it; nil begins.
    ///   - notice: takes what the exchange waits for and what it refuses.
    func sockets(
        _ identity: ExchangeIdentity, rendezvous: String, journal: JournalWriter,
        checkpoints: (oldest: Int, newest: Int) = (0, 0), state: ExchangeState? = nil,
        notice: @escaping @Sendable (String) -> Void
    ) throws -> SocketExchange {
        let recorded = plan.deliveries.neighbours(of: name).teachers.filter {
            configuration[$0]?.source != nil
        }
        let links = NodeLinks(of: name, in: plan.deliveries, contracts, without: Set(recorded))
        return try SocketExchange(
            identity: identity, teachers: links.teachers, students: links.students,
            endpoint: configuration.exchange.endpoint, rendezvous: rendezvous,
            security: try membership.security(of: name, configuration),
            limits: configuration.limits(values: contracts?.mostValues ?? 0),
            schedule: plan.deliveries.rounds, journal: journal,
            checkpoints: checkpoints, state: state, relay: links.relay, notice: notice)
    }

    /// Adds the teachers that are recordings, read from their journals.
    func withRecordings(_ live: SocketExchange?) throws -> (any KnowledgeExchange)? {
        let links = NodeLinks(of: name, in: plan.deliveries, contracts).teachers
        let recordings = try links.compactMap { link in
            try configuration[link.peer]?.source.map {
                let source = try RecordedSource($0, of: link.peer, stage: membership.stage)
                return (link: link, journal: source.journal)
            }
        }
        guard !recordings.isEmpty else { return live }
        return RecordedExchange(
            live, recordings: recordings, order: links.map(\.peer),
            schedule: plan.deliveries.rounds, classes: assembler.classes)
    }
}
