import Bytes
import CohortGraph
import Datasets
import Distillation
import Limits
import NeuralNetwork
import Options
import Training

/// Makes what a configuration describes: data, models, losses and training plans, from the
/// registries.
public struct Assembler: Sendable {
    /// How a learner takes part.
    public enum Part: Hashable, Sendable {
        /// Without those that teach it, on the same labels, seed and budget; its task then is all
        /// of its loss, whatever its weight.
        case alone
        /// In a stage of the cohort's training, from 1.
        case member(stage: Int)
    }

    /// What is assembled.
    public let configuration: ExperimentConfiguration
    let samples: CohortSamples
    /// What is worth a remark about what was assembled so far.
    public let remarks = Remarks()

    /// Loads the data.
    ///
    /// - Throws: ``DatasetError`` or ``SettingError`` for data that cannot be had or divided.
    public init(_ configuration: ExperimentConfiguration) throws {
        self.configuration = configuration
        samples = try CohortSamples(configuration)
        for remark in samples.corpus.remarks { remarks.add("data: \(remark)") }
    }

    /// How many classes there are.
    public var classes: Int { samples.corpus.train.classCount }

    /// The learner of a name.
    ///
    /// - Throws: ``SettingError`` where the cohort has none.
    func learner(_ name: String) throws(SettingError) -> LearnerOptions {
        guard let learner = configuration[name] else {
            let known = configuration.learners.map(\.name)
            throw SettingError("unknown learner '\(name)': \(nearest(to: name, among: known))")
        }
        return learner
    }

    /// What the learners train on: `digits: 1257 training samples of 10 classes`.
    public var dataSummary: String {
        let train = samples.corpus.train
        return
            "\(samples.corpus.name): \(train.count) training samples of \(train.classCount) classes"
    }

    /// A learner's model for the cohort's data; nil for an external learner that does not say.
    public func model(of learner: LearnerOptions) throws(SettingError) -> Model? {
        switch learner.role {
        case .generator: return try generator(of: learner)
        case .block: return try block(of: learner)
        case .student, .teacher, .assistant: break
        }
        guard let named = learner.model,
            let made = try configuration.architecture(of: learner)
        else { return nil }
        let view = try view(of: learner)
        let architecture = made.reading(view.contents)
        if let complaint = architecture.complaint(about: view.contents) {
            throw SettingError(
                "learner '\(learner.name)': model '\(named.name)' \(complaint)")
        }
        do throws(SettingError) {
            return try Model(
                architecture, input: view.train.shape, classes: classes,
                quantization: learner.quantization)
        } catch {
            guard let borrowed = learner.borrowed else { throw error }
            throw error.prefixed("learner '\(learner.name)': \(borrowed.key): ")
        }
    }

    /// The network with which a learner makes samples.
    private func generator(of learner: LearnerOptions) throws(SettingError) -> Model? {
        guard let named = learner.model else { return nil }
        let generator = try Generators.registry.make(named.name, options: named.options)
        guard case .image = try view(of: learner).contents else {
            throw SettingError(
                "learner '\(learner.name)': a generator makes images, and the data are none")
        }
        do throws(SettingError) {
            return try Model(generator, output: shape(of: learner), classes: classes)
        } catch {
            throw error.prefixed("learner '\(learner.name)': ")
        }
    }

    /// The shape C×H×W of the samples as a learner sees them.
    func shape(of learner: LearnerOptions) throws(SettingError) -> [Int] {
        try view(of: learner).train.shape
    }

    /// The samples as a learner sees them.
    private func view(of learner: LearnerOptions) throws(SettingError) -> SampleView {
        do throws(DatasetError) {
            return try samples.corpus.view(learner.view)
        } catch {
            throw SettingError("learner '\(learner.name)': \(error)")
        }
    }

    /// Everything that a learner needs to take its part.
    ///
    /// - Parameters:
    ///   - weights: a file to begin with in place of the configuration's.
    ///   - parts: the weights of the learner of whose model it has a part, where that was trained
    ///     before; see ``BorrowedModel``.
    /// - Throws: ``SettingError`` where the cohort has no such learner, it brings its own model, or
    ///   its teaching does not fit its model; ``DiskError`` or ``SafeTensorsError`` for weights
    ///   that cannot be had.
    public func assembly(
        of name: String, as part: Part, weights: String? = nil, parts: String? = nil
    ) throws -> LearnerAssembly {
        let learner = try learner(name)
        return switch part {
        case .alone: try assembly(of: learner.withOwnModel, weights)
        case .member(let stage):
            try assembly(of: learner, in: StageAssembly(self, stage: stage), weights, parts)
        }
    }

    /// A learner that trains alone.
    private func assembly(
        of learner: LearnerOptions, _ weights: String?
    ) throws -> LearnerAssembly {
        let (model, start) = try model(of: learner, startingWith: weights, nil)
        var training = try training(of: learner, steps: steps(of: learner))
        training.taskWeight = 1
        training.strongTaskWeight = 0
        training.taskGate = .through
        let data = try data(of: learner, isTaught: false)
        var assembly = LearnerAssembly(
            name: learner.name, model: model, training: training,
            plan: TeachingPlan(
                alone: learner.name, steps: training.steps, clock: data.clock,
                evaluationEpochs: configuration.training.evaluate), data: data,
            key: key(of: learner), weights: start)
        assembly.tasks = try tasks(of: learner, taughtBy: [])
        return assembly
    }

    /// A learner that takes its part in a stage.
    private func assembly(
        of learner: LearnerOptions, in stage: StageAssembly, _ weights: String? = nil,
        _ parts: String? = nil
    ) throws -> LearnerAssembly {
        let name = learner.name
        let (model, start) = try model(of: learner, startingWith: weights, parts)
        try stage.require(name)
        guard start != nil || learner.learns else {
            throw SettingError(
                "learner '\(name)' is a teacher, which never learns, and has no weights; name them in"
                    + " the configuration, or by --weights")
        }
        let teaching =
            learner.role.classifies ? try stage.teaching(into: name) : StageAssembly.Teaching()
        var assembly = LearnerAssembly(
            name: name, model: model,
            training: try training(of: learner, steps: stage.budgets[name] ?? 0),
            terms: teaching.terms, objective: teaching.objective, groups: teaching.groups,
            offers: stage.offers(of: name), inputs: try stage.inputOffers(of: name),
            plan: stage.plan, contracts: try stage.contracts(around: name),
            byzantine: learner.attack,
            data: try data(of: learner, isTaught: stage.takesCommonSamples(name)),
            key: key(of: learner), weights: start)
        if let made = stage.madeBatches(for: name, clock: assembly.data.clock) {
            assembly.data.take(made, besides: learner.learns && learner.isLabelled)
        }
        assembly.guides = learner.role == .generator ? try stage.guides(into: name) : []
        assembly.block = try stage.block(name)
        assembly.tasks = try tasks(of: learner, taughtBy: stage.graph.teachers(of: name))
        return assembly
    }

    private func model(
        of learner: LearnerOptions, startingWith weights: String?, _ parts: String?
    ) throws -> (Model, start: (parameters: Parameters, buffers: Buffers)?) {
        guard let model = try model(of: learner) else {
            throw SettingError(
                "learner '\(learner.name)' is external and has no model to train here")
        }
        guard let path = weights ?? learner.weights else {
            return (model, try start(of: learner, model, parts))
        }
        let file = try WeightsFile(path, of: learner.writtenName)
        let loaded = try file.weights(
            of: model, prefix: weights == nil ? learner.weightsPrefix : nil)
        for remark in loaded.remarks {
            remarks.add("learner '\(learner.name)': \(file.path): \(remark)")
        }
        if !learner.learns, let lack = loaded.lackOfScales(in: model, of: learner.name) {
            throw SettingError("\(file.path): \(lack)")
        }
        let used = try samples.normalization(of: learner)
        if let objection = loaded.objection(to: used, of: learner.name) {
            // What learns may learn from pixels that are normalized otherwise.
            guard learner.learns else { throw SettingError("\(file.path): \(objection)") }
            remarks.add("learner '\(learner.name)': \(file.path): \(objection)")
        }
        return (model, (loaded.parameters, loaded.buffers))
    }

    func key(of learner: LearnerOptions) -> RandomKey {
        RandomKey(seed: configuration.seed).child("learner").child(learner.writtenName)
    }

    /// Assembles every learner of this configuration that brings a model, and forgets it again;
    /// remarks on what is allowed and unlikely to be meant.
    ///
    /// - Parameters:
    ///   - names: only these, on the host that they will run on. All by default.
    ///   - awaiting: those whose weights are not there yet.
    /// - Throws: what they would throw, all together.
    public func checkAll(
        _ names: Set<String>? = nil, awaiting: Set<String> = []
    ) throws {
        var errors = CollectedErrors()
        for stage in 1...configuration.stages.count {
            errors.attempt {
                let assembly = try StageAssembly(self, stage: stage)
                var own = CollectedErrors()
                for node in configuration.stages.graph(of: stage).learners {
                    own.attempt { try check(node.name, in: assembly, names, awaiting: awaiting) }
                }
                try own.finish()
            }
        }
        try errors.finish()
        remarkOnData()
        _ = try rateListing()
    }

    /// Assembles a learner of a stage, if it is among those that are asked for.
    private func check(
        _ name: String, in assembly: StageAssembly, _ names: Set<String>?, awaiting: Set<String>
    ) throws {
        let learner = try learner(name)
        if let source = learner.source {
            guard names?.isDisjoint(with: assembly.graph.students(of: name)) != true else { return }
            _ = try RecordedSource(source, of: name, stage: assembly.stage)
            return
        }
        guard names?.contains(name) != false else { return }
        guard !awaiting.contains(name) else {
            _ = try model(of: learner)
            return
        }
        let bringsWeights = learner.isExternal && !learner.learns && learner.weights == nil
        guard learner.model != nil, !bringsWeights else { return }
        let assembled = try self.assembly(of: learner, in: assembly)
        try remarkOnJournal(of: name, in: assembly)
        if assembled.training.steps > 0 { try checkBatch(of: learner, assembled.model) }
    }

    /// Refuses a batch of which batch normalization has a single value for each channel: less its
    /// own mean, that is always 0.
    private func checkBatch(of learner: LearnerOptions, _ model: Model) throws(SettingError) {
        let common = samples.division.pool == nil ? learner.training.batch : commonBatch
        guard min(learner.training.batch, common) == 1,
            model.fewestNormalized == 1
        else { return }
        throw SettingError(
            "learner '\(learner.name)': training.batch 1 leaves batch normalization one value for"
                + " each channel where the maps of model '\(learner.model?.name ?? "")' are"
                + " 1×1, and it would make each of them 0; take batches of 2 at least, or a model"
                + " without batch normalization")
    }

    /// The digest of the order of the common samples, 32 bytes; of no samples where there are none.
    public func sampleOrderDigest() throws -> [UInt8] {
        let common = try samples.common(batch: commonBatch)
        return common?.sampler.orderDigest(identity: samples.digests.training)
            ?? [UInt8](repeating: 0, count: 32)
    }

    /// The digest of the labels of the common samples, 32 bytes; empty where these are a pool.
    public var commonLabelDigest: [UInt8] {
        samples.division.pool == nil ? samples.corpus.train.labelIdentity() : []
    }

    /// The digest of the test samples and their labels, 32 bytes; empty where there are none.
    public var testDigest: [UInt8] {
        guard let test = samples.corpus.test else { return [] }
        return SHA256.digest(samples.digests.test + test.labelIdentity())
    }

    /// What a check can say once the data are loaded.
    public func facts() throws -> CheckFacts {
        var parameters: [String: Int] = [:]
        var shapes: [String: [Int]] = [:]
        for learner in configuration.learners {
            parameters[learner.name] = try model(of: learner)?.parameterCount
            shapes[learner.name] = try view(of: learner).train.shape
        }
        let inputs = shapes
        let counts = parameters
        var steps: [String: Int] = [:]
        for learner in configuration.learners where learner.learns {
            steps[learner.name] = try self.steps(of: learner)
        }
        let budgets = steps
        var facts = CheckFacts(
            steps: { budgets[$0.name] }, parameters: { counts[$0.name] },
            shape: { inputs[$0.name] })
        facts.processors = ProcessorAllowance()
        facts.data = dataListing
        facts.quantization = try quantizationListing()
        facts.borrowed = try borrowedListing()
        facts.rates = try rateListing()
        facts.exchange = try exchangeListing()
        return facts
    }

    /// How many steps a learner learns.
    public func steps(of learner: LearnerOptions) throws -> Int {
        switch learner.training.budget {
        case .steps(let steps): steps
        case .epochs(let epochs): try epochClock(of: learner).steps(for: epochs)
        }
    }

    /// How the learning rate of a learner moves, in steps.
    func rate(of learner: LearnerOptions) throws -> LearningRate {
        let schedule = learner.training.schedule
        return try LearningRates.registry.make(schedule.name, options: schedule.options)
            .inSteps(try epochClock(of: learner).stepsPerEpoch)
    }

    private func training(of learner: LearnerOptions, steps: Int) throws -> TrainingPlan {
        let training = learner.training
        var plan = TrainingPlan(
            steps: steps,
            optimizer: try Optimizers.registry.make(
                training.optimizer.name, options: training.optimizer.options),
            schedule: try rate(of: learner),
            clip: training.clip.map { Float($0) }, smoothing: Float(training.smoothing),
            taskWeight: Float(learner.task), taskGate: learner.taskGate, interval: training.interval
        )
        plan.strongTaskWeight = Float(learner.strongTask)
        return plan
    }

    /// Where the labelled samples are shared and there is no pool, they are what the cohort teaches
    /// on; else a learner has a stream of its own, and the common one beside it.
    private func data(of learner: LearnerOptions, isTaught: Bool) throws -> LearnerData {
        let (test, validation) = try samples.heldOut(for: learner)
        let isPaired = configuration.graph.groups(into: learner.name).contains {
            $0.edge.version == .partner
        }
        let common = try samples.common(
            batch: commonBatch, for: learner, drawsPartners: isTaught && isPaired)
        let own = try learner.learns && hasOwnStream(learner) ? samples.own(learner) : nil
        guard let labelled = own ?? common else {
            preconditionFailure("a learner has labelled samples of its own or shared ones")
        }
        return LearnerData(
            own: labelled, common: own == nil || !isTaught ? nil : common,
            clock: try epochClock(of: learner, isTogether: isTaught), test: test,
            validation: validation, normalization: try samples.normalization(of: learner))
    }

    /// The tasks that a learner meets; nil where its samples are one task.
    func tasks(
        of learner: LearnerOptions, taughtBy teachers: [String]
    ) throws -> LearnerTasks? {
        try samples.tasks?.tasks(of: learner.writtenName, taughtBy: teachers) {
            SampleLibrary(
                try view(of: learner).train,
                normalization: try samples.normalization(of: learner))
        }
    }

    /// Whether a learner takes samples that are not the common ones: none without labels does.
    func hasOwnStream(_ learner: LearnerOptions) -> Bool {
        learner.isLabelled
            && (learner.data != nil || samples.division.pool != nil
                || samples.tasks?.needsOwnStreams == true
                || samples.division.shared == nil || learner.training.batch != commonBatch)
    }

    /// The samples on which the cohort teaches; nil where there are none.
    var commonSamples: SampledBatches? { get throws { try samples.common(batch: commonBatch) } }

    /// What a relay of a stage needs to take its part.
    ///
    /// - Throws: ``SettingError`` where the stage has no such relay.
    public func relay(_ name: String, inStage stage: Int) throws -> RelayAssembly {
        try StageAssembly(self, stage: stage).relay(name)
    }

    var commonBatch: Int { configuration.training.common }

    /// The cohort counts the epochs of its common samples; a learner without any those of its own,
    /// and one that is trained by itself in other batches too.
    ///
    /// - Parameter isTogether: whether it teaches or is taught.
    func epochClock(
        of learner: LearnerOptions, isTogether: Bool = false
    ) throws -> EpochClock {
        let isApart =
            !isTogether && learner.learns && samples.division.pool == nil
            && learner.training.batch != commonBatch
        if let common = try samples.common(batch: commonBatch), !isApart {
            return common.clock
        }
        return try samples.own(learner).clock
    }
}
