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
    private static let base = 42 << 20
    /// Bytes of memory for each number that is learned: weights, gradients and the optimizer's
    /// state, and at a checkpoint their encoding, what is read back of it, and its decoding.
    private static let bytesOfParameter = 44
    /// Files of a checkpoint with its folder, and of a journal.
    private static let filesOfCheckpoint = 4
    private static let filesOfJournal = 10

    /// What learners take of the host that they run on. Models that cannot be made, and external
    /// learners without one, are left out.
    ///
    /// The memory was compared with the peaks of learners that ran alone on one thread: see the
    /// page on troubleshooting for the error.
    public func needs(of names: Set<String>) throws -> [LearnerNeeds] {
        try configuration.learners.filter { names.contains($0.name) }.compactMap { learner in
            guard let model = try model(of: learner) else { return nil }
            let batch = learner.training.batch + (samples.division.pool == nil ? 0 : commonBatch)
            let activations = 4 * model.activations * batch
            let parameters = model.parameterCount
            let isTaught = configuration.graph.isInGroup(learner.name)
            let kept = configuration.checkpoints.keep + 1
            return LearnerNeeds(
                name: learner.name,
                memory: Self.base + Self.bytesOfParameter * parameters + activations
                    + samples.corpus.byteCount,
                disk: kept * 4 * parameters * (1 + momentsOfParameter(learner))
                    + (isTaught ? configuration.exchange.journalBytes : 0),
                files: kept * Self.filesOfCheckpoint + (isTaught ? Self.filesOfJournal : 0))
        }
    }

    /// The numbers that an optimizer keeps for each parameter.
    private func momentsOfParameter(_ learner: LearnerOptions) -> Int {
        learner.training.optimizer.name == "sgd" ? 1 : 2
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
            }
        return count * (ofPixel * sampleSize + 8)
    }
}
