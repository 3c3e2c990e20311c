import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Reporting
import Synchronization
import Training

/// The life of a learner's process: assemble, join, train, save, report.
struct LearnerProcess {
    private let assembly: LearnerAssembly
    private let exchange: (any KnowledgeExchange)?
    private let directory: LearnerDirectory
    private let reporter: SharedReporter
    private let modelName: String
    private let threads: Int
    private let stop = StopFlag()
    private let exitOnStdinClose: Bool

    init(_ command: LearnerCommand, _ configuration: ExperimentConfiguration) throws {
        let assembler = try Assembler(configuration)
        assembly = try assembler.assembly(
            of: command.name, as: command.alone ? .alone : .member(stage: command.stage),
            weights: command.weights)
        threads = command.threads
        exitOnStdinClose = command.exitOnStdinClose
        modelName = configuration[command.name]?.model?.name ?? ""
        let run = RunDirectory(path: command.directory)
        directory = run.learner(command.name)
        try directory.create()
        let place = SinkPlace(
            run: run, learner: command.name, learners: configuration.learners.map(\.name))
        let sinks = ["metrics", "log", "stream"] + (command.quiet ? [] : ["console"])
        reporter = SharedReporter(
            Reporter(
                run: command.run, learner: command.name,
                role: configuration[command.name]?.role.rawValue ?? "",
                sinks: try SinkRegistry.make(sinks, at: place)))
        exchange = try LearnerExchange(assembler, assembly, directory: directory).exchange(
            for: command
        ) { [reporter] message in
            try? reporter.report(.notice(Notice(message)))
        }
    }

    /// Trains to the end, and reports how it ended.
    func run() throws {
        let trap = SignalTrap { interrupt($0) }
        if exitOnStdinClose { StandardInputWatch.start { interrupt(SIGTERM) } }
        defer { withExtendedLifetime(trap) {} }
        let clock = ContinuousClock()
        let start = clock.now
        var run = LearnerRun(
            assembly, exchange: exchange, report: reporter.report,
            checkInterruption: {
                if let signal = stop.signal { throw Interruption(signal: signal) }
            })
        do {
            try reporter.report(
                .start(
                    StartReport(
                        model: modelName, parameters: assembly.model.parameterCount,
                        threads: threads, weightsSHA256: run.state.digest)))
            try exchange?.join()
            try run.train()
            if assembly.recipe.steps > 0 { try save(run.state) }
            try reporter.report(.end(end(of: run, after: clock.now - start)))
        } catch {
            let error = stop.signal.map { Interruption(signal: $0) } ?? error
            // The launcher hears the cause before the others fail by it.
            try? reporter.report(.end(end(of: run, after: clock.now - start, failing: error)))
            exchange?.leave(reason: "\(error)")
            throw error
        }
    }

    private func interrupt(_ signal: Int32) {
        stop.raise(signal)
        exchange?.cancel(
            ExchangeFailure(
                exitCode: 128 + signal, message: "\(Interruption(signal: signal))"))
    }

    private func save(_ state: LearnerState) throws {
        let checkpoint = directory.checkpoint(afterStep: state.step)
        try checkpoint.create()
        try checkpoint.write(model: state.weights.encoded())
    }

    private func end(
        of run: LearnerRun, after duration: Duration, failing error: (any Error)? = nil
    ) -> EndReport {
        EndReport(
            step: run.state.step, seconds: duration / .seconds(1),
            testAccuracy: run.evaluation?.accuracy, weightsSHA256: run.state.digest,
            exitCode: error.map(exitCode) ?? 0, reason: error.map { "\($0)" },
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
