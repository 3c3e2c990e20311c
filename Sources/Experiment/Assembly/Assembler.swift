import CohortGraph
import Datasets
import Distillation
import NeuralNetwork
import Options
import Training

/// Makes what a configuration describes: data, models, losses and recipes, from the registries.
public struct Assembler: Sendable {
    public let configuration: ExperimentConfiguration
    private let samples: CohortSamples

    /// Loads the data.
    ///
    /// - Throws: ``DatasetError`` or ``SettingError`` for data that cannot be had or divided.
    public init(_ configuration: ExperimentConfiguration) throws {
        self.configuration = configuration
        samples = try CohortSamples(configuration)
    }

    /// How many classes there are.
    public var classes: Int { samples.corpus.train.classCount }

    /// A learner's model for the cohort's data; nil for an external learner that does not say.
    public func model(of learner: LearnerOptions) throws(SettingError) -> Model? {
        guard let named = learner.model else { return nil }
        let architecture = try Models.make(named.name, options: named.options)
        return try Model(architecture, input: samples.corpus.train.shape, classes: classes)
    }

    /// Everything that a learner needs to train.
    ///
    /// - Parameter alone: without those that teach it, on the same labels, seed and budget.
    /// - Throws: ``SettingError`` where the cohort has no such learner or it brings its own model.
    public func assembly(of name: String, alone: Bool) throws -> LearnerAssembly {
        guard let learner = configuration[name] else {
            let known = configuration.learners.map(\.name)
            throw SettingError("unknown learner '\(name)': \(nearest(to: name, among: known))")
        }
        guard let model = try model(of: learner) else {
            throw SettingError("learner '\(name)' is external and has no model to train here")
        }
        let terms = try alone ? [] : self.terms(into: name)
        return LearnerAssembly(
            name: name, model: model, recipe: try recipe(of: learner), terms: terms,
            data: try data(of: learner, alone: alone || !isInCohort(name)),
            key: RandomKey(seed: configuration.seed).child("learner").child(name))
    }

    /// Assembles every learner of this configuration that brings a model, and forgets it again.
    ///
    /// - Throws: what the first of them would throw.
    public func checkAll() throws {
        for learner in configuration.learners where learner.model != nil {
            _ = try assembly(of: learner.name, alone: false)
        }
    }

    /// The digest of the order of the common samples, 32 bytes; of no samples where there are none.
    public func sampleOrderDigest() throws -> [UInt8] {
        let common = try samples.common(batch: commonBatch)
        return common?.sampler.orderDigest(of: samples.corpus.train)
            ?? [UInt8](repeating: 0, count: 32)
    }

    /// Whether a learner teaches or is taught.
    public func isInCohort(_ name: String) -> Bool {
        let graph = configuration.graph
        return !graph.teachers(of: name).isEmpty || !graph.pupils(of: name).isEmpty
    }

    /// What a check can say once the data are loaded.
    public func facts() throws -> CheckFacts {
        var parameters: [String: Int] = [:]
        for learner in configuration.learners {
            parameters[learner.name] = try model(of: learner)?.parameterCount
        }
        let counts = parameters
        let clock = try epochClock(of: configuration.learners[0])
        return CheckFacts(stepsPerEpoch: clock.steps(for: 1)) { counts[$0.name] }
    }

    private func terms(into name: String) throws -> [TeachingTerm] {
        try configuration.graph.groups.filter { $0.to == name }.map { group in
            TeachingTerm(group, loss: try Losses.registry.make(group.loss))
        }
    }

    private func recipe(of learner: LearnerOptions) throws -> TrainingRecipe {
        let training = learner.training
        let steps =
            switch training.budget {
            case .steps(let steps): steps
            case .epochs(let epochs): try epochClock(of: learner).steps(for: epochs)
            }
        return TrainingRecipe(
            steps: steps,
            optimizer: try Optimizers.registry.make(
                training.optimizer.name, options: training.optimizer.options),
            schedule: try LearningRates.registry.make(
                training.schedule.name, options: training.schedule.options),
            clip: training.clip.map { Float($0) }, smoothing: Float(training.smoothing),
            taskWeight: Float(learner.task), interval: training.interval,
            evaluationEpochs: training.evaluate)
    }

    /// Where the labelled samples are shared and there is no pool, they are what the cohort teaches on;
    /// else a learner has a stream of its own, and the common one beside it.
    private func data(of learner: LearnerOptions, alone: Bool) throws -> LearnerData {
        let (test, validation) = try samples.heldOut()
        let common = try samples.common(batch: commonBatch)
        let own = hasOwnStream(learner) ? try samples.own(learner) : nil
        guard let labelled = own ?? common else {
            preconditionFailure("a learner has labelled samples of its own or shared ones")
        }
        return LearnerData(
            own: labelled, common: own == nil || alone ? nil : common,
            clock: try epochClock(of: learner), test: test, validation: validation)
    }

    private func hasOwnStream(_ learner: LearnerOptions) -> Bool {
        learner.data != nil || samples.division.pool != nil || samples.division.shared == nil
    }

    private var commonBatch: Int { configuration.training.common }

    /// The cohort counts the epochs of its common samples; a learner without any those of its own.
    private func epochClock(of learner: LearnerOptions) throws -> EpochClock {
        if let common = try samples.common(batch: commonBatch) { return common.clock }
        return try samples.own(learner).clock
    }
}
