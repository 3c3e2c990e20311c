import CohortGraph
import Exchange
import Experiment
import Training
import ZeroMQ

/// Makes the parts of a learner's or a relay's exchange from the configuration.
struct ExchangeMaker {
    private let assembler: Assembler
    private let name: String
    private let plan: TeachingPlan
    private let forms: KnowledgeForms?

    init(_ assembler: Assembler, name: String, plan: TeachingPlan, forms: KnowledgeForms?) {
        self.assembler = assembler
        self.name = name
        self.plan = plan
        self.forms = forms
    }

    private var configuration: ExperimentConfiguration { assembler.configuration }

    func identity(run: String, incarnation: UInt64) throws -> ExchangeIdentity {
        let order = try assembler.sampleOrderDigest()
        return ExchangeIdentity(
            name: name, run: ExchangeIdentity.runIdentifier(of: run),
            configurationDigest: configuration.digestBytes, classes: assembler.classes,
            sampleOrderDigest: order.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) },
            incarnation: incarnation)
    }

    /// The keys are those that the launcher made, or the learner's own.
    func security(of member: MemberArguments) throws -> ExchangeSecurity {
        let (key, rendezvous) = (member.key, member.rendezvousKey)
        guard configuration.exchange.security == .curve else {
            guard key == nil, rendezvous == nil else {
                throw ExchangeFailure(
                    exitCode: .configuration,
                    message:
                        "'\(name)' has keys, and the exchange of this configuration is"
                        + " plain; set exchange.security=curve")
            }
            return .plain
        }
        guard let key, let rendezvous else {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "the exchange of this configuration is secured: '\(name)' needs"
                    + " --key, which `cohort keys new \(name)` makes, and the"
                    + " --rendezvous-key that the launcher prints")
        }
        return .curve(
            keys: try CertificateFile(path: key).readKeys(), rendezvous: try rendezvous.read())
    }

    /// The journal of what it says and hears; a segment has an eighth of what is kept at most.
    func journal(
        in directory: String, of identity: ExchangeIdentity, keepsAll: Bool = false
    ) throws -> JournalWriter {
        try JournalWriter(
            directory: directory, sender: identity.sender,
            segmentBytes: max(1 << 20, configuration.exchange.journalBytes / 8),
            keepsAll: keepsAll)
    }

    func sockets(
        _ identity: ExchangeIdentity, rendezvous: String, security: ExchangeSecurity,
        journal: JournalWriter, checkpoints: (oldest: Int, newest: Int) = (0, 0),
        state: ExchangeState? = nil, relay: RelayPlace? = nil,
        notice: @escaping @Sendable (String) -> Void
    ) throws -> SocketExchange {
        let (plan, name, forms) = (plan, name, forms)
        let (teachers, students) = plan.neighbours(of: name)
        return try SocketExchange(
            identity: identity,
            teachers: teachers.filter { source(of: $0) == nil }.map { teacher in
                Lane(
                    teacher, isOptional: plan.isOptional(from: teacher, to: name),
                    keepsLate: plan.keepsLate(from: teacher, to: name),
                    isRelay: plan.isRelay(teacher)
                ) {
                    plan.tensorsDue(from: teacher, to: name, step: $0, round: $1)
                } form: {
                    forms?.form(of: $0, from: teacher, in: $1)
                }
            },
            students: students.map { student in
                Lane(
                    student, isOptional: plan.isOptional(from: name, to: student),
                    keepsLate: plan.keepsLate(from: name, to: student),
                    isRelay: plan.isRelay(student)
                ) {
                    plan.tensorsDue(from: name, to: student, step: $0, round: $1)
                }
            }, endpoint: configuration.exchange.endpoint, rendezvous: rendezvous,
            security: security,
            limits: configuration.limits(values: forms?.mostValues ?? 0), journal: journal,
            checkpoints: checkpoints, state: state, relay: relay, notice: notice)
    }

    /// Adds those of the teachers that are recordings, read from their journals.
    func withRecordings(
        _ live: SocketExchange?, in stage: Int
    ) throws -> (any KnowledgeExchange)? {
        let (plan, name) = (plan, name)
        let teachers = plan.neighbours(of: name).teachers
        let recordings = try teachers.compactMap { teacher in
            try source(of: teacher).map {
                (
                    teacher: teacher,
                    journal: try RecordedSource($0, of: teacher, stage: stage).journal
                )
            }
        }
        guard !recordings.isEmpty else { return live }
        return RecordedExchange(
            live, recordings: recordings, order: teachers,
            carries: { plan.tensorsDue(from: $0, to: name, step: $1, round: $2) },
            classes: assembler.classes)
    }

    private func source(of name: String) -> String? { configuration[name]?.source }
}
