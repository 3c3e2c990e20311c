import Datasets
import NeuralNetwork
import Options
import Training

/// Samples and training plans of learners.
extension Assembler {
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

    func training(of learner: LearnerOptions, steps: Int) throws -> TrainingPlan {
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
        plan.gradients = training.gradients
        // Nobody is tested on what makes samples, or learns a block.
        guard learner.role.classifies, steps > 0 else { return plan }
        plan.habits = training.habits
        plan.classWeights = try classWeights(of: learner)
        return plan
    }

    /// How much each class counts in the loss of a learner on its own labels; nil for all alike.
    ///
    /// - Throws: ``SettingError`` that names the learner, where the weights do not fit its classes.
    private func classWeights(of learner: LearnerOptions) throws -> [Float]? {
        guard let weights = learner.training.habits.classWeights, learner.isLabelled else {
            return nil
        }
        let labelled =
            try hasOwnStream(learner) ? samples.own(learner) : samples.common(batch: commonBatch)
        let corpus = try samples.own.samples(of: learner)?.corpus ?? samples.corpus
        do throws(SettingError) {
            guard let labels = labelled?.labels else {
                throw SettingError(
                    "training.class-weights are of samples with one label each, and those of"
                        + " \(corpus.name) have several; leave them out")
            }
            return try weights.weights(of: corpus.allClassNames, labels: labels)
        } catch { throw error.prefixed("learner '\(learner.name)': ") }
    }

    /// Where the labelled samples are shared and there is no pool, they are what the cohort teaches
    /// on; else a learner has a stream of its own, and the common one beside it.
    func data(of learner: LearnerOptions, isTaught: Bool) throws -> LearnerData {
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
