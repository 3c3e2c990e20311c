import Datasets
import NeuralNetwork
import Options
import Training

/// What a learner's process takes of its host, estimated from its configuration.
public struct LearnerNeeds: Hashable, Sendable {
    /// The name of the learner.
    public var name: String
    /// Bytes of memory at its most.
    public var memory: Int
    /// Bytes of checkpoints and of its journal at their most.
    public var disk: Int
    /// The files of these.
    public var files: Int

    /// Needs that were computed elsewhere.
    public init(name: String, memory: Int, disk: Int, files: Int) {
        (self.name, self.memory, self.disk, self.files) = (name, memory, disk, files)
    }
}

extension Assembler {
    /// The program, its libraries and its first buffers, in bytes.
    private static let base = 38 << 20
    /// Bytes of memory for each number that is learned: weights and gradients, and at a checkpoint
    /// their encoding, what is read back of it, and its decoding.
    private static let bytesOfParameter = 44
    /// The same for each number that the optimizer keeps of a parameter.
    private static let bytesOfMoment = 19
    /// Bytes for each number that a step keeps: the number, what a normalization keeps of it, and
    /// its gradient for a part of the step.
    private static let bytesOfActivation = 10
    /// Inputs and results of an operation that an evaluation has at a time.
    private static let evaluated = 3
    /// How often a data set is held while it is read: as a file, as bytes, and as samples.
    private static let copiesOfData = 3
    /// Bytes of memory for each number in a bank of made samples: itself, and at a checkpoint its
    /// encoding, what is read back of it, and its decoding.
    private static let bytesOfBanked = 16
    /// How often a batch that a generator makes is held at a time: as samples, as their gradient,
    /// and in messages and journals on their way.
    private static let copiesOfMade = 8
    /// Files of a checkpoint with its folder, and of a journal.
    private static let filesOfCheckpoint = 4
    private static let filesOfJournal = 10

    /// What learners take of the host that they run on. Models that cannot be made, and external
    /// learners without one, are left out.
    ///
    /// The numbers of bytes were fitted to the peaks of learners that ran alone on one thread; the
    /// manual's page on troubleshooting gives the error.
    public func needs(of names: Set<String>) throws -> [LearnerNeeds] {
        try configuration.learners.filter { names.contains($0.name) }.compactMap { learner in
            guard let model = try model(of: learner) else { return nil }
            let parameters = model.parameterCount
            let banked =
                try (model.initialBuffers.bank?.size ?? 0) + bankedFeatures(of: learner)
            let moments = try Optimizers.registry.make(
                learner.training.optimizer.name, options: learner.training.optimizer.options
            ).buffers
            let isTaught = configuration.graph.isInGroup(learner.name)
            let kept = configuration.checkpoints.keep + 1
            let made = try bytesOfMadeBatches(at: learner)
            return LearnerNeeds(
                name: learner.name,
                memory: Self.base
                    + (Self.bytesOfParameter + Self.bytesOfMoment * moments) * parameters
                    + activations(of: model, learner) + made + Self.bytesOfBanked * banked
                    + (configuration.graph.hasNoSamples(learner.name)
                        ? 0 : Self.copiesOfData * samples.corpus.byteCount),
                disk: kept * 4 * (parameters * (1 + moments) + banked)
                    + (isTaught ? configuration.exchange.journalBytes : 0),
                files: kept * Self.filesOfCheckpoint + (isTaught ? Self.filesOfJournal : 0))
        }
    }

    /// The bytes between the layers of a model, of a step and of an evaluation together: what one
    /// returns is of other sizes than what the other takes.
    private func activations(of model: Model, _ learner: LearnerOptions) -> Int {
        let counts = model.activations
        // What a batch that is learned itself lies between is of all its samples together.
        guard model.input != [0] else {
            return (Self.bytesOfActivation + 4 * Self.evaluated) * counts.kept
        }
        return Self.bytesOfActivation * counts.kept * samplesAtOnce(of: learner)
            + 4 * Self.evaluated * counts.largest
            * min(
                HeldOutData.batch(
                    of: model.input, logits: model.classes * model.rowsPerSample),
                evaluatedSamples(of: learner))
    }

    /// How many samples a step passes through the model with a record of it.
    private func samplesAtOnce(of learner: LearnerOptions) -> Int {
        guard !makesOrTakes(learner) else {
            let isLabelled = !learner.role.makesSamples && learner.learns && learner.isLabelled
            return commonBatch + (isLabelled ? learner.training.batch : 0)
        }
        let seesTwo =
            learner.strongTask > 0
            || configuration.graph.groups(into: learner.name).contains {
                $0.edge.augmentation.to == .strong
            }
        return (learner.training.batch + (samples.division.pool == nil ? 0 : commonBatch))
            * (seesTwo ? 2 : 1)
    }

    /// How many samples an evaluation passes through it, at the most in parts.
    private func evaluatedSamples(of learner: LearnerOptions) -> Int {
        if learner.role.makesSamples { return ContactSheet.mostImages }
        if configuration.graph.hasNoSamples(learner.name) { return 0 }
        return samples.corpus.test?.count ?? samples.division.validation.count
    }

    private func makesOrTakes(_ learner: LearnerOptions) -> Bool {
        learner.role.makesSamples || configuration.graph.isSentMadeSamples(learner.name)
    }

    /// The bytes of the batches that a generator makes, where a learner makes or takes them.
    private func bytesOfMadeBatches(at learner: LearnerOptions) throws(SettingError) -> Int {
        guard makesOrTakes(learner) else { return 0 }
        return try Self.copiesOfMade * 4 * commonBatch * shape(of: learner).reduce(1, *)
    }
}

extension Corpus {
    /// The bytes of all samples in the default view and the others, with their labels.
    fileprivate var byteCount: Int {
        ([defaultView] + views.values).reduce(0) {
            $0 + $1.train.byteCount + ($1.test?.byteCount ?? 0)
        }
    }
}

extension SampleSet {
    fileprivate var byteCount: Int {
        let ofPixel =
            switch pixels {
            case .bytes: 1
            case .floats: 4
            // What is mapped lies in its file.
            case .mapped: 0
            }
        return count * (ofPixel * sampleSize + 8)
    }
}
