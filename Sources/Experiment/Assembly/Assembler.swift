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

    /// How many samples the learners are tested on, nil where the data have none for that and the
    /// validation samples stand in for them; and how many are set aside for validation.
    package var heldOutCounts: (test: Int?, validation: Int) {
        (samples.corpus.test?.count, samples.division.validation.count)
    }

    /// What the learners train on: `digits: 1257 training samples of 10 classes`.
    public var dataSummary: String {
        let train = samples.corpus.train
        return
            "\(samples.corpus.name): \(train.count) training samples of \(train.classCount) classes"
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
    func assembly(
        of learner: LearnerOptions, in stage: StageAssembly, _ weights: String? = nil,
        _ parts: String? = nil
    ) throws -> LearnerAssembly {
        let name = learner.name
        let (model, start) = try model(of: learner, startingWith: weights, parts)
        try stage.require(name)
        guard start != nil || learner.learns else {
            throw SettingError(
                "learner '\(name)' is a \(learner.role.rawValue), which never learns, and has no weights; name them in"
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
        if learner.role.makesSamples {
            let guides = try stage.guides(into: name)
            assembly.guides = guides.terms
            assembly.groups += guides.groups
        }
        assembly.block = try stage.block(name)
        try learner.onPolicy?.check(model, of: name, samples.corpus.train)
        assembly.onPolicy = learner.onPolicy
        if let leader = try stage.leader(of: name, model) {
            assembly.numbers = key(of: leader).child("numbers")
        }
        assembly.tasks = try tasks(of: learner, taughtBy: stage.graph.teachers(of: name))
        return assembly
    }

    func key(of learner: LearnerOptions) -> RandomKey {
        RandomKey(seed: configuration.seed).child("learner").child(learner.writtenName)
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

    /// What a relay of a stage needs to take its part.
    ///
    /// - Throws: ``SettingError`` where the stage has no such relay.
    public func relay(_ name: String, inStage stage: Int) throws -> RelayAssembly {
        try StageAssembly(self, stage: stage).relay(name)
    }

    var commonBatch: Int { configuration.training.common }
}
