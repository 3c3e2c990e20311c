import CohortGraph
import Datasets
import Exchange
import NeuralNetwork

/// The samples that a learner sends a teacher that has no access to them, as that teacher sees
/// them: in its view, normalized and augmented as in the teacher's own process.
///
/// What is stored as bytes travels as bytes, with the values that they stand for, where that is
/// shorter than the values themselves.
public struct InputOffer: Sendable {
    /// What the tensor is called in messages.
    public let name: String
    /// The form in which samples travel.
    public let form: InputForm
    private var samples: SampledBatches

    /// - Parameters:
    ///   - teacher: the teacher that the samples are for.
    ///   - samples: the batches on which the cohort teaches, as the teacher sees them.
    ///   - shape: of one sample, C×H×W.
    public init(for teacher: String, _ samples: SampledBatches, shape: [Int]) {
        name = KnowledgeTensor.inputsName(for: teacher)
        self.samples = samples
        let batch = [samples.batchSize] + shape
        let isShorter = KnowledgeTensor.byteCount(ofBytes: batch) < 4 * batch.reduce(1, *)
        form = InputForm(
            shape: shape, encoding: samples.gatherer.holdsBytes && isShorter ? .bytes : .float32)
    }

    /// What the tensor must be.
    public var contract: TensorContract {
        TensorContract(kind: .inputs, shape: [samples.batchSize] + form.shape)
    }

    /// The octets of the payload.
    public var payloadBytes: Int {
        let shape = contract.shape
        return form.encoding == .bytes
            ? KnowledgeTensor.byteCount(ofBytes: shape) : 4 * shape.reduce(1, *)
    }

    /// The samples of a step, as they travel in a message of another step and round.
    ///
    /// - Parameter written: sequences of tokens in their place; nil for the samples themselves.
    mutating func knowledge(
        of target: Int, in message: StepRound, written: Tensor?
    ) -> Knowledge {
        let batch = samples.sampler.batch(target)
        return Knowledge(
            epoch: batch.epochs[0], step: message.step, round: message.round,
            batchDigest: batch.digest, tensors: [written.map(tensor) ?? tensor(of: batch)])
    }

    private func tensor(written: Tensor) -> KnowledgeTensor {
        guard form.encoding == .bytes else {
            return KnowledgeTensor(
                name: name, kind: .inputs, shape: contract.shape, values: written.values)
        }
        return KnowledgeTensor(
            name: name, kind: .inputs, shape: contract.shape,
            bytes: written.values.map { UInt8($0) }, table: (0...255).map { Float($0) })
    }

    private func tensor(of batch: SampleBatch) -> KnowledgeTensor {
        let shape = contract.shape
        if form.encoding == .bytes, let (bytes, values) = samples.gatherer.gatherBytes(batch) {
            return KnowledgeTensor(
                name: name, kind: .inputs, shape: shape, bytes: bytes, table: values)
        }
        return KnowledgeTensor(
            name: name, kind: .inputs, shape: shape,
            values: samples.gatherer.gather(batch).images.values)
    }
}
