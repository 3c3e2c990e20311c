import Bytes
import CohortGraph
import Datasets
import Exchange
import NeuralNetwork

/// Batches that a generator makes and sends at each step: without labels and sample numbers.
public struct MadeBatches: BatchSource {
    /// The name of the generator.
    public let generator: String
    /// The number of samples in every batch.
    public let batchSize: Int
    /// How the epochs of the cohort pass.
    public let clock: EpochClock
    private var exchange: (any KnowledgeExchange)?

    /// Batches of a generator, which cannot be had before an exchange brings them.
    public init(of generator: String, batchSize: Int, clock: EpochClock) {
        (self.generator, self.batchSize, self.clock) = (generator, batchSize, clock)
    }

    /// The same, as they arrive over an exchange.
    public func received(over exchange: (any KnowledgeExchange)?) -> any BatchSource {
        var source = self
        source.exchange = exchange
        return source
    }

    /// Waits for the batch of a step.
    ///
    /// - Throws: ``ExchangeFailure``, 65 where what came cannot be used.
    public func batch(at step: Int) throws -> Batch {
        let knowledge = try Self.gather(from: generator, at: step, over: exchange)
        let images = try Self.images(of: knowledge, by: generator)
        return Batch(
            images: images, labels: nil, samples: nil, epoch: knowledge.epoch,
            digest: knowledge.batchDigest)
    }

    /// The digest of the batch of a step, which arrives with it.
    public func digest(at step: Int) throws -> UInt64 { try batch(at: step).digest }

    /// Made samples have no numbers.
    public func samples(at step: Int) -> SampleBatch? { nil }

    /// Waits for what a generator sends at a step.
    static func gather(
        from generator: String, at step: Int, over exchange: (any KnowledgeExchange)?
    ) throws -> Knowledge {
        guard let exchange else {
            preconditionFailure("who learns on made samples has an exchange")
        }
        return try exchange.gather(step: step, round: .inputs(ahead: 0), batchDigest: nil)
            .required(from: generator, "the samples of step \(step)")
    }

    /// The samples N×C×H×W that travelled.
    ///
    /// - Throws: ``ExchangeFailure`` (65) where their digest is not that of their bytes.
    static func images(of knowledge: Knowledge, by generator: String) throws -> Tensor {
        guard let tensor = knowledge.tensors.first(where: { $0.kind == .inputs }),
            tensor.bytesDigest == knowledge.batchDigest
        else {
            throw ExchangeFailure(
                exitCode: .corruptData,
                message: "the samples of '\(generator)' at step \(knowledge.step) are not those"
                    + " that their digest is of")
        }
        return Tensor(shape: tensor.shape, values: try tensor.values())
    }
}

extension KnowledgeTensor {
    /// The samples that a generator made, N×C×H×W, as they travel.
    init(made samples: Tensor, by generator: String) {
        self.init(
            name: Self.madeSamplesName(by: generator), kind: .inputs, shape: samples.shape,
            values: samples.values)
    }

    /// A gradient as it travels, exactly.
    init(adjoint: Tensor, of tensor: String, for name: String) {
        self.init(
            name: Self.adjointName(of: tensor, for: name), kind: .adjoint, shape: adjoint.shape,
            values: adjoint.values)
    }

    /// The first 64 bits of the SHA-256 of the payload: it identifies a batch of samples that have
    /// no numbers.
    var bytesDigest: UInt64 {
        SHA256.digest(payload).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Gathering {
    /// What one node published, which nobody can do without.
    ///
    /// - Throws: ``ExchangeFailure`` (65) where it cannot be used.
    func required(from name: String, _ what: String) throws -> Knowledge {
        if let found = knowledge.first(where: { $0.sender == name }) { return found.knowledge }
        let cause = absent.first { $0.name == name }?.reason ?? "it sent none"
        throw ExchangeFailure(
            exitCode: .corruptData, message: "'\(name)': \(what) cannot be used: \(cause)")
    }
}
