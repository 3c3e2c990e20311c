import CohortGraph
import Exchange
import Experiment
import Foundation
import Options
import Reporting
import Training

/// How one learner of a configuration reaches those that it teaches and that teach it: over sockets,
/// or from recordings, with or without a journal of its own.
struct LearnerExchange {
    private let assembler: Assembler
    private let assembly: LearnerAssembly
    private let directory: LearnerDirectory

    init(_ assembler: Assembler, _ assembly: LearnerAssembly, directory: LearnerDirectory) {
        self.assembler = assembler
        self.assembly = assembly
        self.directory = directory
    }

    private var configuration: ExperimentConfiguration { assembler.configuration }

    /// - Parameter notice: told what the exchange waits for and what it refuses.
    /// - Returns: nil for a learner that trains alone.
    func exchange(
        for command: LearnerCommand, notice: @escaping @Sendable (String) -> Void
    ) throws -> (any KnowledgeExchange)? {
        guard !command.alone else { return nil }
        let identity = try identity(run: command.run)
        let live = try command.rendezvous.map {
            try sockets(identity, rendezvous: $0, security: security(for: command), notice: notice)
        }
        let heard = try recorded(beside: live, in: command.stage)
        guard command.journal || command.onlyRecord else { return heard }
        return JournaledExchange(
            heard, journal: try JournalWriter(directory: directory.journal, sender: identity.sender)
        )
    }

    private func identity(run: String) throws -> ExchangeIdentity {
        let order = try assembler.sampleOrderDigest()
        return ExchangeIdentity(
            name: assembly.name, run: ExchangeIdentity.runIdentifier(of: run),
            configurationDigest: configuration.digestBytes, classes: assembler.classes,
            sampleOrderDigest: order.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
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
        return .curve(keys: try CertificateFile(path: key).readKeys(), rendezvous: rendezvous)
    }

    private func sockets(
        _ identity: ExchangeIdentity, rendezvous: String, security: ExchangeSecurity,
        notice: @escaping @Sendable (String) -> Void
    ) throws -> SocketExchange {
        let (plan, name) = (assembly.plan, assembly.name)
        let (teachers, pupils) = plan.neighbours(of: name)
        let forms = assembly.forms
        return try SocketExchange(
            identity: identity,
            teachers: teachers.filter { source(of: $0) == nil }.map { teacher in
                Lane(teacher) {
                    plan.cargo(from: teacher, to: name, step: $0, phase: $1)
                } form: {
                    forms?.form(of: $0, from: teacher, in: $1)
                }
            },
            pupils: pupils.map { pupil in
                Lane(pupil) { plan.cargo(from: name, to: pupil, step: $0, phase: $1) }
            }, endpoint: configuration.exchange.endpoint, rendezvous: rendezvous,
            security: security, limits: configuration.limits(values: forms?.mostValues ?? 0),
            notice: notice)
    }

    /// Those of the teachers that are recordings, read from their journals.
    private func recorded(
        beside live: SocketExchange?, in stage: Int
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
        case .tcp: .tcp(host: host)
        }
    }

}

extension ExperimentConfiguration {
    /// How long an exchange waits, and how much it takes in.
    ///
    /// - Parameter values: of the largest message; none where no knowledge travels.
    func limits(values: Int = 0) -> ExchangeLimits {
        ExchangeLimits(
            joining: .seconds(exchange.joinLimit), step: .seconds(exchange.stepLimit),
            window: exchange.window,
            messageBytes: ExchangeLimits.messageBytes(values: values, learners: learners.count),
            quarantine: exchange.quarantine)
    }
}
