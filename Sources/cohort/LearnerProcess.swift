import Bytes
import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Reporting
import Synchronization
import Training

/// The life of a learner's process: assemble, resume, join, train, save, report.
struct LearnerProcess {
    private let assembly: LearnerAssembly
    private let exchange: LearnerExchange
    private let past: LearnerPast
    private let checkpointInterval: Int
    private let reporter: SharedReporter
    private let modelName: String
    private let threads: Int
    private let signals: LearnerSignals
    private let lock: DirectoryLock

    init(_ command: LearnerCommand, _ configuration: ExperimentConfiguration) throws {
        let assembler = try Assembler(configuration)
        assembly = try assembler.assembly(
            of: command.name, as: command.alone ? .alone : .member(stage: command.member.stage),
            weights: command.weights)
        threads = command.threads
        modelName = configuration[command.name]?.model?.name ?? ""
        checkpointInterval = configuration.checkpoints.every
        let run = RunDirectory(path: command.directory)
        let directory = run.learner(command.name)
        try directory.create()
        lock = try DirectoryLock(
            directory.path, patience: DirectoryLock.handover,
            replaces: command.member.exitOnStdinClose)
        past = try LearnerPast(command, configuration, assembly, in: directory)
        let place = SinkPlace(
            run: run, learner: command.name, learners: configuration.learners.map(\.name))
        let sinks = ["metrics", "log", "stream"] + (command.quiet ? [] : ["console"])
        reporter = SharedReporter(
            Reporter(
                run: command.run, learner: command.name,
                role: configuration[command.name]?.role.rawValue ?? "",
                sinks: try SinkRegistry.make(sinks, at: place)))
        exchange = try LearnerExchange(
            assembler, assembly, past, directory: directory, for: command
        ) { [reporter] message in
            try? reporter.report(.notice(Notice(message)))
        }
        signals = LearnerSignals(command.member, endingWaitsOf: exchange.live)
    }

    /// Trains to the end, and reports how it ended.
    func run() throws {
        defer { withExtendedLifetime(lock) {} }
        let clock = ContinuousClock()
        let start = clock.now
        let checkpointer = checkpointer()
        var run = LearnerRun(
            assembly, exchange: exchange.live, from: past.progress,
            firstServed: exchange.firstServed, report: reporter.report,
            checkInterruption: signals.check
        ) { progress in
            try checkpointer.stepped(
                to: progress,
                isAsked: signals.takeRequest() || progress.state.step == assembly.recipe.steps)
        }
        do {
            try begin(run)
            try run.train()
            try reporter.report(.end(end(of: run, after: clock.now - start)))
        } catch {
            try fail(run, checkpointer, error, after: clock.now - start)
        }
    }

    private func begin(_ run: LearnerRun) throws {
        for complaint in past.complaints {
            try reporter.report(.notice(Notice(complaint, level: .warning)))
        }
        try reporter.report(
            .start(
                StartReport(
                    model: modelName, parameters: assembly.model.parameterCount,
                    threads: threads, weightsSHA256: run.state.digest, step: past.step)))
        try exchange.live?.join()
        if past.step >= assembly.recipe.steps { try exchange.learnsNoLonger() }
    }

    private func checkpointer() -> Checkpointer {
        let steps = assembly.recipe.steps
        return Checkpointer(
            past.store, every: checkpointInterval, newest: past.progress?.state.step,
            beforeSaving: exchange.flush
        ) { oldest, newest in
            try newest == steps
                ? exchange.learnsNoLonger()
                : exchange.live?.checkpointed(oldest: oldest, newest: newest)
        }
    }

    /// The end of a run that was interrupted, which can be resumed, or that failed.
    private func fail(
        _ run: LearnerRun, _ checkpointer: Checkpointer, _ cause: any Error, after time: Duration
    ) throws {
        var error = cause
        if let interruption = signals.interruption {
            error = interruption
            do {
                if assembly.recipe.steps > 0, run.state.step > 0 {
                    try checkpointer.save(run.progress)
                }
                try exchange.flush()
            } catch let problem { error = problem }
        }
        // The launcher hears the cause before the others fail by it.
        try? reporter.report(.end(end(of: run, after: time, failing: error)))
        // Those that wait for one that will be resumed go on waiting.
        if ExitCode(of: error) != .preempted {
            exchange.live?.leave(reason: "\(error)")
        }
        throw error
    }

    private func end(
        of run: LearnerRun, after duration: Duration, failing error: (any Error)? = nil
    ) -> EndReport {
        EndReport(
            step: run.state.step, seconds: duration / .seconds(1),
            testAccuracy: run.evaluation?.accuracy, weightsSHA256: run.state.digest,
            exitCode: error.map(ExitCode.init(of:)) ?? .success, reason: error.map { "\($0)" },
            departed: (error as? ExchangeFailure)?.departed)
    }
}

/// A reporter that the training thread and the exchange's own thread share.
final class SharedReporter: Sendable {
    private let reporter: Mutex<Reporter>

    init(_ reporter: sending Reporter) {
        self.reporter = Mutex(reporter)
    }

    func report(_ body: Record.Body) throws {
        try reporter.withLock { try $0.report(body) }
    }
}
