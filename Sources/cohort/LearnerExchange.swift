import CohortGraph
import Exchange
import Experiment
import Foundation
import Options
import Reporting
import Training

/// How one learner of a configuration reaches those that it teaches and that teach it: over sockets,
/// or from recordings, with a journal of what it says and hears.
struct LearnerExchange: Sendable {
    /// nil for a learner that trains alone.
    let live: (any KnowledgeExchange)?
    private let journal: JournalWriter?
    /// Whether the learner learns in the cohort, or only teaches.
    private let steps: Int

    /// - Parameter notice: told what the exchange waits for and what it refuses.
    init(
        _ assembler: Assembler, _ assembly: LearnerAssembly, _ past: LearnerPast,
        directory: LearnerDirectory, for command: LearnerCommand,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        steps = assembly.recipe.steps
        guard !command.alone else {
            (live, journal) = (nil, nil)
            return
        }
        let options = assembler.configuration.exchange
        let maker = ExchangeMaker(assembler, assembly)
        let identity = try maker.identity(
            run: command.run, incarnation: Incarnation.following(past.incarnation))
        let journal = try JournalWriter(
            directory: directory.journal, sender: identity.sender,
            segmentBytes: max(1 << 20, options.journalBytes / 8),
            keepsAll: command.keepJournal || command.onlyRecord)
        if let torn = journal.removed { notice("removed what a crash left: \(torn)") }
        let sockets = try command.rendezvous.map {
            try maker.sockets(
                identity, rendezvous: $0, for: command, journal: journal, past: past,
                notice: notice)
        }
        self.journal = journal
        live = JournaledExchange(
            try maker.withRecordings(sockets, in: command.stage), journal: journal)
    }

    /// The step from which a learner teaches that learns no longer: what came before is in its journal.
    var firstServed: Int { journal?.lastStep ?? 0 }

    /// Makes the journal last.
    func flush() throws { try journal?.flush() }

    /// Nothing that anybody taught is needed any more.
    func learnsNoLonger() throws { try live?.checkpointed(oldest: .max, newest: .max) }

    /// Ends what the learner waits for.
    func cancel(_ interruption: Interruption) {
        live?.cancel(
            ExchangeFailure(exitCode: interruption.exitCode, message: "\(interruption)"))
    }
}

/// Makes the parts of a learner's exchange from its configuration.
private struct ExchangeMaker {
    private let assembler: Assembler
    private let assembly: LearnerAssembly

    init(_ assembler: Assembler, _ assembly: LearnerAssembly) {
        self.assembler = assembler
        self.assembly = assembly
    }

    private var configuration: ExperimentConfiguration { assembler.configuration }

    func identity(run: String, incarnation: UInt64) throws -> ExchangeIdentity {
        let order = try assembler.sampleOrderDigest()
        return ExchangeIdentity(
            name: assembly.name, run: ExchangeIdentity.runIdentifier(of: run),
            configurationDigest: configuration.digestBytes, classes: assembler.classes,
            sampleOrderDigest: order.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) },
            incarnation: incarnation)
    }

    /// The keys are those that the launcher made, or the learner's own.
    private func security(for command: LearnerCommand) throws -> ExchangeSecurity {
        guard configuration.exchange.security == .curve else {
            guard command.key == nil, command.rendezvousKey == nil else {
                throw ExchangeFailure(
                    exitCode: 78,
                    message:
                        "'\(assembly.name)' has keys, and the exchange of this configuration is"
                        + " plain; set exchange.security=curve")
            }
            return .plain
        }
        guard let key = command.key, let rendezvous = command.rendezvousKey else {
            throw ExchangeFailure(
                exitCode: 77,
                message: "the exchange of this configuration is secured: '\(assembly.name)' needs"
                    + " --key, which `cohort keys new \(assembly.name)` makes, and the"
                    + " --rendezvous-key that the launcher prints")
        }
        return .curve(
            keys: try CertificateFile(path: key).readKeys(), rendezvous: try rendezvous.read())
    }

    func sockets(
        _ identity: ExchangeIdentity, rendezvous: String, for command: LearnerCommand,
        journal: JournalWriter,
        past: LearnerPast, notice: @escaping @Sendable (String) -> Void
    ) throws -> SocketExchange {
        let (plan, name) = (assembly.plan, assembly.name)
        let (teachers, pupils) = plan.neighbours(of: name)
        let forms = assembly.forms
        return try SocketExchange(
            identity: identity,
            teachers: teachers.filter { source(of: $0) == nil }.map { teacher in
                Lane(teacher, isOptional: plan.isOptional(from: teacher, to: name)) {
                    plan.cargo(from: teacher, to: name, step: $0, phase: $1)
                } form: {
                    forms?.form(of: $0, from: teacher, in: $1)
                }
            },
            pupils: pupils.map { pupil in
                Lane(pupil, isOptional: plan.isOptional(from: name, to: pupil)) {
                    plan.cargo(from: name, to: pupil, step: $0, phase: $1)
                }
            }, endpoint: configuration.exchange.endpoint, rendezvous: rendezvous,
            security: security(for: command),
            limits: configuration.limits(values: forms?.mostValues ?? 0), journal: journal,
            checkpoints: (past.oldest, past.step), quarantine: past.progress?.quarantine,
            notice: notice)
    }

    /// Adds those of the teachers that are recordings, read from their journals.
    func withRecordings(
        _ live: SocketExchange?, in stage: Int
    ) throws -> (any KnowledgeExchange)? {
        let (plan, name) = (assembly.plan, assembly.name)
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
            carries: { plan.cargo(from: $0, to: name, step: $1, phase: $2) },
            classes: assembler.classes)
    }

    private func source(of name: String) -> String? { configuration[name]?.source }
}

extension ExchangeOptions {
    /// Where sockets are bound.
    var endpoint: Endpoint {
        switch transport {
        case .ipc: .ipc()
        case .tcp: .tcp(host: host, advertised: advertised)
        }
    }

    /// What a learner keeps at most, in bytes.
    var journalBytes: Int { Int(journal * Double(1 << 20)) }
}

extension ExperimentConfiguration {
    /// How long an exchange waits, how much it takes in, and how much it keeps.
    ///
    /// - Parameter values: of the largest message; none where no knowledge travels.
    func limits(values: Int = 0) -> ExchangeLimits {
        ExchangeLimits(
            joining: .seconds(exchange.joinLimit), step: .seconds(exchange.stepLimit),
            missing: .seconds(exchange.missingLimit), window: exchange.window,
            messageBytes: ExchangeLimits.messageBytes(values: values, learners: learners.count),
            journalBytes: exchange.journalBytes, quorum: exchange.quorum,
            quarantine: exchange.quarantine)
    }
}
