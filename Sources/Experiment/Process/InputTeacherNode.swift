import Bytes
import CohortGraph
import Datasets
import Exchange
import Limits
import NeuralNetwork
import Options
import Reporting
import Training

/// A teacher without access to the samples: it has its plan in place of data, and a student sends
/// it each batch.
///
/// It writes no checkpoint but the step that it answers next.
public struct InputTeacherNode: NodeKind {
    /// The kind's name.
    public static let name = "input-teacher"
    /// What such a teacher does.
    public static let summary = "teaches with frozen weights on samples that a student sends it"

    /// Which teacher of the configuration.
    public var teacher: String
    /// Its part in the run.
    public var membership: NodeMembership
    /// The run directory.
    public var directory: String
    /// Its plan; nil for the one in its folder of the run directory.
    public var plan: String?
    /// A safetensors file of weights in place of the configuration's.
    public var weights: String?
    /// Whether it goes on with what an earlier start left.
    public var resume: Resume
    /// Keeps all that is published in its journal, as long as the run lasts and after.
    public var keepsJournal: Bool
    /// The threads that it computes on, for the report.
    public var threads: ThreadShare
    /// Whether progress is written to standard error.
    public var showsProgress: Bool

    /// A teacher of a stage.
    public init(
        teacher: String, membership: NodeMembership, directory: String, plan: String? = nil,
        weights: String? = nil, resume: Resume = .auto, keepsJournal: Bool = false,
        threads: ThreadShare, showsProgress: Bool = true
    ) {
        self.teacher = teacher
        self.membership = membership
        self.directory = directory
        self.plan = plan
        self.weights = weights
        self.resume = resume
        self.keepsJournal = keepsJournal
        self.threads = threads
        self.showsProgress = showsProgress
    }

    /// Opens the plan, the weights, the journal and the exchange of the teacher.
    public func open(_ configuration: ExperimentConfiguration) throws -> NodeParts {
        guard let learner = configuration[teacher], let rendezvous = membership.rendezvous else {
            preconditionFailure("a teacher of the configuration is started with a rendezvous")
        }
        let folder = RunDirectory(path: directory).learner(teacher)
        let plan = try LearnerPlan.read(
            plan ?? folder.plan, of: teacher, inStage: membership.stage, configuration)
        let assembly = try InputTeacherAssembly(
            learner, plan, configuration, weights: weights ?? learner.weights)
        try folder.create()
        let lock = try DirectoryLock(
            folder.path, patience: DirectoryLock.handover, replaces: membership.replacesEarlier)
        let progress = try ServedSteps(folder, of: assembly.weights.digest, resume)
        let reporter = try SharedReporter.learner(
            teacher, of: configuration, run: membership.run, in: RunDirectory(path: directory),
            showsProgress: showsProgress)
        let identity = try identity(configuration, plan, in: folder)
        let journal = try JournalWriter(
            directory: folder.journal, sender: identity.sender,
            segmentBytes: configuration.exchange.segmentBytes,
            keepsAll: keepsJournal)
        let first = max(journal.lastStep ?? 0, progress.step)
        let needed = assembly.message(of: first).step
        let sockets = try SocketExchange(
            identity: identity, teachers: plan.senders, students: plan.students,
            endpoint: configuration.exchange.endpoint, rendezvous: rendezvous,
            security: try membership.security(of: teacher, configuration),
            limits: limits(configuration, plan), schedule: plan.schedule, journal: journal,
            checkpoints: (needed, needed)
        ) { message in
            try? reporter.report(.notice(Notice(message)))
        }
        let exchange = JournaledExchange(sockets, journal: journal)
        return NodeParts(
            exchange: exchange, lock: lock,
            observer: InputTeacherObserver(
                model: assembly.model, title: learner.model?.name ?? "", threads: threads,
                reporter: reporter, journal: journal, exchange: exchange, progress: progress,
                every: plan.checkpoints.every)
        ) { checkInterruption in
            InputTeacherProgram(
                assembly, from: first,
                NodeContext(
                    exchange: exchange, report: reporter.report,
                    checkInterruption: checkInterruption))
        }
    }

    private func identity(
        _ configuration: ExperimentConfiguration, _ plan: LearnerPlan, in folder: LearnerDirectory
    ) throws -> ExchangeIdentity {
        let sender = Sender(
            run: ExchangeIdentity.runIdentifier(of: membership.run),
            configurationDigest: configuration.identityDigestBytes, name: teacher, incarnation: 0)
        let past = try JournalWriter.past(of: sender, in: folder.journal)
        var identity = ExchangeIdentity(
            name: teacher, run: sender.run, configurationDigest: sender.configurationDigest,
            classes: plan.classes,
            sampleOrderDigest: UInt64(plan.sampleOrder, radix: 16)?.byteSwapped ?? 0,
            incarnation: Incarnation.following(past?.incarnation))
        identity.settings = configuration.identitySettings
        return identity
    }

    private func limits(
        _ configuration: ExperimentConfiguration, _ plan: LearnerPlan
    ) -> ExchangeLimits {
        var limits = configuration.limits()
        limits.messageBytes = plan.exchange.message
        return limits
    }
}

extension InputTeacherAssembly {
    /// - Parameter weights: the file that they are taken from.
    /// - Throws: ``SettingError`` or ``SafeTensorsError`` where model and weights do not fit the
    ///   samples of the plan.
    init(
        _ learner: LearnerOptions, _ plan: LearnerPlan, _ configuration: ExperimentConfiguration,
        weights path: String?
    ) throws {
        guard let architecture = try configuration.architecture(of: learner), let path else {
            throw SettingError(
                "learner '\(learner.name)' teaches here, and has no model or no weights; name both")
        }
        let model = try plan.model(architecture, learner.quantization)
        let scale = plan.data.normalization
        let key = RandomKey(seed: plan.seed).child("learner").child(learner.writtenName)
        let file = try WeightsFile(path, of: learner.writtenName)
        let loaded = try file.weights(of: model, prefix: learner.weightsPrefix)
        let used = Normalization(divisor: scale.divisor, mean: scale.mean, std: scale.std)
        if let objection = loaded.objection(to: used, of: learner.name) {
            throw SettingError("\(file.path): \(objection)")
        }
        if let lack = loaded.lackOfScales(in: model, of: learner.name) {
            throw SettingError("\(file.path): \(lack)")
        }
        let making = plan.making
        guard making != nil || plan.common != nil else {
            throw SettingError("the plan of '\(learner.name)' names no samples that it teaches on")
        }
        let sampler =
            making == nil
            ? plan.common.map { common in
                Sampler(
                    samples: common.samples, batchSize: common.batch, seed: plan.seed,
                    stream: common.stream, groups: common.groups)
            } : nil
        self.init(
            name: learner.name, model: model,
            weights: LearnerState(
                parameters: loaded.parameters, buffers: loaded.buffers,
                optimizer: try Optimizers.registry.make(
                    configuration.training.optimizer.name,
                    options: configuration.training.optimizer.options),
                key: key),
            offers: try plan.offers(in: configuration), due: plan.due,
            rounds: plan.schedule.batchRounds, ahead: plan.stepsAhead, stepCount: plan.lasts,
            sampler: sampler,
            clock: EpochClock(samples: plan.epoch.samples, batch: plan.epoch.batch),
            interval: learner.training.interval, byzantine: learner.attack, key: key)
        self.making = making
    }
}
