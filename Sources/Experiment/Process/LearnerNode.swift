import CohortGraph
import Exchange
import Foundation
import Limits
import Options
import Reporting
import Synchronization
import Training

/// A learner or a teacher: a node with a model of its own.
public struct LearnerNode: NodeKind {
    /// The kind's name.
    public static let name = "learner"
    /// What a learner does.
    public static let summary =
        "learns from its labels and its teachers, or teaches with frozen weights"

    /// How the learner takes part.
    public enum Mode: Hashable, Sendable {
        /// As a member of the cohort.
        case member
        /// Without those that teach it: same labels, seed and budget.
        case alone
        /// As a member without students at hand: what it publishes is written down alone.
        case recorded
    }

    /// Which learner of the configuration.
    public var learner: String
    /// How it takes part.
    public var mode: Mode
    /// Its part in the run.
    public var membership: NodeMembership
    /// The run directory.
    public var directory: String
    /// A safetensors file of weights to begin with in place of the configuration's.
    public var weights: String?
    /// The weights of the learner of whose model it has a part; nil where these are configured.
    public var parts: String?
    /// Whether it goes on with what an earlier start left.
    public var resume: Resume
    /// Whether it may go on with what was begun to train for fewer steps.
    public var extends: Bool
    /// Keeps all that is published in the learner's journal, as long as the run lasts and after.
    public var keepsJournal: Bool
    /// The threads that it computes on, for the report.
    public var threads: ThreadShare
    /// Whether progress is written to standard error.
    public var showsProgress: Bool

    /// A learner of a configuration, as a member by default options.
    public init(
        learner: String, mode: Mode, membership: NodeMembership, directory: String,
        weights: String? = nil, parts: String? = nil, resume: Resume = .auto, extends: Bool = false,
        keepsJournal: Bool = false, threads: ThreadShare, showsProgress: Bool = true
    ) {
        self.learner = learner
        self.mode = mode
        self.membership = membership
        self.directory = directory
        self.weights = weights
        self.parts = parts
        self.resume = resume
        self.extends = extends
        self.keepsJournal = keepsJournal
        self.threads = threads
        self.showsProgress = showsProgress
    }

    /// Makes sure that the part of another learner's model is here, of which a learner is made that
    /// has no weights yet.
    private func requireParts(in configuration: ExperimentConfiguration) throws(SettingError) {
        guard mode != .alone, let options = configuration[learner], let borrowed = options.borrowed,
            (weights ?? options.weights ?? parts) == nil,
            configuration[borrowed.part.lender]?.weights == nil
        else { return }
        throw SettingError(
            "learner '\(learner)' has a part of the model of '\(borrowed.part.lender)', which was"
                + " trained before; name its weights by --parts")
    }

    /// Opens the directory, the journal, the checkpoints and the exchange of the learner.
    public func open(_ configuration: ExperimentConfiguration) throws -> NodeParts {
        let assembler = try Assembler(configuration)
        try requireParts(in: configuration)
        var assembly = try assembler.assembly(
            of: learner, as: mode == .alone ? .alone : .member(stage: membership.stage),
            weights: weights, parts: parts)
        let run = RunDirectory(path: directory)
        let folder = run.learner(learner)
        try folder.create()
        let lock = try DirectoryLock(
            folder.path, patience: DirectoryLock.handover, replaces: membership.replacesEarlier)
        let recorded = assembly.plan.deliveries.neighbours(of: learner).teachers.filter {
            mode != .alone && configuration[$0]?.source != nil
        }
        let provenance = try assembler.provenance(
            of: learner, weights: weights, parts: mode == .alone ? nil : parts, teachers: recorded)
        let past = try LearnerPast(self, configuration, assembly, provenance, in: folder)
        if assembly.needsSecret {
            assembly.noise = try folder.noiseKey(isBegun: past.isBegun)
        }
        let reporter = try SharedReporter.learner(
            learner, of: configuration, run: membership.run, in: run, showsProgress: showsProgress)
        for remark in assembler.remarks.lines { try reporter.report(.notice(Notice(remark))) }
        if showsProgress, let remark = lock.remark {
            try reporter.report(.notice(Notice(remark, level: .warning)))
        }
        let exchange = try LearnerExchange(
            assembler, assembly, past, directory: folder, for: self
        ) { message in
            try? reporter.report(.notice(Notice(message)))
        }
        return NodeParts(
            exchange: exchange.live, lock: lock,
            observer: LearnerObserver(
                self, configuration, assembly, past, exchange, reporter,
                checkpointInterval: mode == .alone
                    ? configuration.checkpoints.every
                    : try StageAssembly(assembler, stage: membership.stage)
                        .checkpointInterval(of: learner))
        ) { [assembly] checkInterruption in
            assembly.program(
                from: past.progress, firstServed: exchange.firstServed,
                NodeContext(
                    exchange: exchange.live, report: reporter.report,
                    store: { try $0.write(to: folder.answers) },
                    checkInterruption: checkInterruption))
        }
    }
}

/// A reporter that the training thread and the exchange's own thread share.
final class SharedReporter: Sendable {
    private let reporter: Mutex<Reporter>

    init(_ reporter: sending Reporter) {
        self.reporter = Mutex(reporter)
    }

    /// The reporter of a learner's process.
    static func learner(
        _ name: String, of configuration: ExperimentConfiguration, run: String,
        in directory: RunDirectory, showsProgress: Bool
    ) throws -> SharedReporter {
        let place = SinkPlace(
            run: directory, learner: name, learners: configuration.learners.map(\.name),
            settings: configuration.agreedValues)
        let sinks =
            SinkRegistry.names(.always) + configuration.sinks.map(\.name) + ["stream"]
            + (showsProgress ? ["console"] : [])
        return SharedReporter(
            Reporter(
                run: run, learner: name, role: configuration[name]?.role.rawValue ?? "",
                sinks: try SinkRegistry.make(sinks, at: place)))
    }

    func report(_ body: Record.Body) throws {
        try reporter.withLock { try $0.report(body) }
    }

    func draw(_ illustrations: [Illustration], after step: Int) throws {
        try reporter.withLock { try $0.draw(illustrations, after: step) }
    }
}
