import Bytes
import Datasets
import Exchange
import Limits
import Reporting
import Training

/// Writes a learner's reports and checkpoints.
struct LearnerObserver: NodeObserver {
    private let assembly: LearnerAssembly
    private let past: LearnerPast
    private let exchange: LearnerExchange
    private let reporter: SharedReporter
    private let checkpointer: Checkpointer
    private let folder: LearnerDirectory
    private let model: String
    private let threads: ThreadShare
    private let illustrator: LearnerIllustrator
    private let drawn = DrawnStep()
    private let start = ContinuousClock.now

    init(
        _ node: LearnerNode, _ configuration: ExperimentConfiguration,
        _ assembly: LearnerAssembly, _ past: LearnerPast, _ exchange: LearnerExchange,
        _ reporter: SharedReporter, checkpointInterval: Int
    ) {
        self.assembly = assembly
        self.past = past
        self.exchange = exchange
        self.reporter = reporter
        folder = RunDirectory(path: node.directory).learner(node.learner)
        model = configuration[node.learner]?.model?.name ?? ""
        threads = node.threads
        illustrator = LearnerIllustrator(assembly, configuration.sinks, reporter)
        let steps = assembly.training.steps
        checkpointer = Checkpointer(
            past.store, every: checkpointInterval,
            newest: past.progress?.state.step, beforeSaving: exchange.flush
        ) { oldest, newest in
            // A learner that has done all its steps needs no teacher's knowledge any more.
            let isTrained = newest == steps
            try exchange.live?.checkpointed(
                oldest: isTrained ? .max : oldest, newest: isTrained ? .max : newest)
        }
    }

    func begins(_ program: any NodeProgram) throws {
        for complaint in past.complaints {
            try reporter.report(.notice(Notice(complaint, level: .warning)))
        }
        let steps = assembly.training.steps
        try reporter.report(
            .start(
                StartReport(
                    model: model, parameters: assembly.model.parameterCount,
                    threads: threads.threads, threadsReason: threads.reason,
                    weightsSHA256: program.result?.state.digest ?? "", step: past.step,
                    totalSteps: steps > 0
                        ? steps : assembly.plan.deliveries.steps(of: assembly.name))))
        let state = program.progress?.state
        try illustrator.begins(with: state.flatMap { isNewTest($0) ? $0 : nil }, after: past.step)
    }

    func stepped(_ program: any NodeProgram, isRequested: Bool) throws {
        guard let progress = program.progress else { return }
        if isNewTest(progress.state) {
            try showSamples(progress.state)
            try illustrator.tested(progress.state)
        }
        try checkpointer.stepped(
            to: progress,
            isRequested: isRequested || program.isDone
                || progress.state.step == assembly.training.steps)
    }

    /// Whether learners are tested after this step, and it is another one than that of which
    /// pictures were drawn: who only teaches any more takes steps that leave its own where it is.
    private func isNewTest(_ state: LearnerState) -> Bool {
        guard assembly.plan.calendar.evaluates(assembly.name, after: state.step),
            drawn.newest != state.step
        else { return false }
        drawn.newest = state.step
        return true
    }

    /// Writes a picture of what a generator makes; always of the same random numbers.
    private func showSamples(_ state: LearnerState) throws {
        guard !assembly.guides.isEmpty else { return }
        let made = assembly.model.made(
            ContactSheet.mostImages, by: state.parameters, state.buffers,
            key: assembly.key.child("sheet"))
        let sheet = try ContactSheet(images: made, normalization: assembly.data.normalization)
        try folder.write(sheet: try sheet.png(), after: state.step)
    }

    func ended(_ program: any NodeProgram) throws {
        try reporter.report(.end(end(of: program)))
    }

    func interrupted(_ program: any NodeProgram) throws {
        if let progress = program.progress, progress.state.step > 0 {
            try checkpointer.save(progress)
        }
        try exchange.flush()
    }

    func failed(_ program: any NodeProgram, by error: any Error) {
        // The error itself ends the process, also where it cannot be reported.
        try? reporter.report(.end(end(of: program, failing: error)))
    }

    private func end(
        of program: any NodeProgram, failing error: (any Error)? = nil
    ) -> EndReport {
        EndReport(
            step: program.result?.state.step ?? 0,
            seconds: (ContinuousClock.now - start) / .seconds(1),
            testAccuracy: program.result?.evaluation?.accuracy,
            text: program.result?.evaluation?.text,
            exitAccuracies: program.result?.evaluation?.exitAccuracies,
            averageAccuracies: program.result?.evaluation?.averageAccuracies,
            peakMemory: ResidentMemory.peak(),
            weightsSHA256: program.result?.state.digest ?? "",
            exitCode: error.map(ExitCode.init(of:)) ?? .success, reason: error.map { "\($0)" },
            departed: (error as? ExchangeFailure)?.departed, privacy: privacy(of: program),
            tasks: program.progress?.tasks.flatMap { assembly.tasks?.report($0) })
    }

    /// What the private votes of each term have spent; nil where none are counted.
    private func privacy(of program: any NodeProgram) -> [String: PrivacyReport]? {
        guard let state = program.progress?.state else { return nil }
        let spent = zip(assembly.terms, state.terms).compactMap { term, memory in
            (try? term.privacy(in: memory)).flatMap(\.self).map { (term.name, $0) }
        }
        return spent.isEmpty ? nil : Dictionary(uniqueKeysWithValues: spent)
    }
}

/// The newest step of which pictures were drawn.
private final class DrawnStep {
    var newest: Int?
}
