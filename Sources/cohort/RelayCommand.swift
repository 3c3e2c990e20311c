import ArgumentParser
import Bytes
import Exchange
import Experiment
import Foundation
import Kernels
import Reporting
import Training
import ZeroMQ

/// `cohort relay`: one relay, as the launcher starts it, or by hand on another host.
struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Add up what a circle of learners says, for each of them.",
        discussion: """
            The launcher starts its relays by this command; `cohort check` says which there are. A \
            relay keeps nothing for good: killed and started again, here or on another host, it goes \
            on where the learners need it.
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Which relay: relay-1 is the root.")
    var name: String

    @Option(help: "The run's identifier: the same for all learners of the cohort.")
    var run: String

    @Option(help: "The address where the cohort meets.")
    var rendezvous: String

    @Option(help: "A folder for what may have to be told again; emptied at the start.")
    var directory: String

    @Option(
        help: """
            Which start of the relay this is, where its folder was lost; otherwise that knows.
            """)
    var life: Int?

    @OptionGroup var member: MemberArguments

    func validate() throws {
        guard life.map({ 1...Incarnation.mostLives ~= $0 }) ?? true else {
            throw ValidationError("--life lies in 1...\(Incarnation.mostLives)")
        }
    }

    func run() async throws {
        try await reportingFailure {
            Parallel.threads = 1
            try RelayProcess(self, try source.load()).run()
        }
    }
}

/// One relay's process, from its configuration to its end.
private struct RelayProcess {
    private let assembly: RelayAssembly
    private let sockets: SocketExchange
    private let exchange: JournaledExchange
    private let signals: LearnerSignals
    private let lock: DirectoryLock

    init(_ command: RelayCommand, _ configuration: ExperimentConfiguration) throws {
        let assembler = try Assembler(configuration)
        assembly = try assembler.relay(command.name, inStage: command.member.stage)
        let directory = RelayDirectory(path: command.directory)
        try directory.create()
        lock = try DirectoryLock(directory.path, patience: DirectoryLock.handover)
        let maker = ExchangeMaker(
            assembler, name: command.name, plan: assembly.plan, forms: assembly.forms)
        let life = try directory.beginLife(atLeast: command.life ?? 1)
        let identity = try maker.identity(
            run: command.run,
            incarnation: Incarnation.relay(command.name, run: command.run, life: life))
        let journal = try maker.journal(in: directory.journal, of: identity)
        sockets = try maker.sockets(
            identity, rendezvous: command.rendezvous,
            security: maker.security(of: command.member),
            journal: journal, relay: assembly.plan.place(of: command.name)
        ) { printNotice($0) }
        exchange = JournaledExchange(sockets, journal: journal, keepsUse: false)
        signals = LearnerSignals(command.member, endingWaitsOf: exchange)
    }

    /// Serves to the end.
    func run() throws {
        defer { withExtendedLifetime(lock) {} }
        var run = RelayRun(assembly, exchange: exchange, checkInterruption: signals.check)
        do { try run.serve { sockets.relayStart } } catch {
            let error = signals.interruption ?? error
            if Bytes.ExitCode(of: error) != .preempted {
                exchange.leave(reason: "\(error)")
            }
            throw error
        }
    }
}
