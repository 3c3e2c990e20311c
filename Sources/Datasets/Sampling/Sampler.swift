import Bytes
import NeuralNetwork

/// The order of a stream's samples: epoch after epoch, each a permutation of all.
///
/// Position p of the stream belongs to epoch p / n and is element `permutation(epoch)[p mod n]`;
/// the batch of step s covers the positions `s·B ..< (s + 1)·B`, so that every batch is full. The
/// permutation of an epoch is the places `0..<n` in the order of their 64 random bits under
/// `RandomKey(seed: seed).child("sampler").child(stream).child(epoch)`, ties by place. A batch is a
/// pure function of (seed, step); the last two permutations are stored only to save time.
/// `Sampler.md` has the test vectors.
public struct Sampler: Sendable {
    /// The name of the stream that all learners share. A stream of a learner's own has the
    /// learner's name.
    public static let common = "common"

    /// The run's seed.
    public let seed: UInt64
    /// The name of the stream.
    public let stream: String
    /// The samples of the stream; place i of a permutation stands for `samples[i]`.
    public let samples: [Int]
    /// Samples in every batch.
    public let batchSize: Int
    private let key: RandomKey
    private var recent: [(epoch: Int, order: [Int])] = []

    /// - Precondition: there is at least one sample, and at least one in a batch.
    public init(samples: [Int], batchSize: Int, seed: UInt64, stream: String = common) {
        precondition(!samples.isEmpty && batchSize > 0, "a stream of batches has samples")
        self.samples = samples
        self.batchSize = batchSize
        self.seed = seed
        self.stream = stream
        key = RandomKey(seed: seed).child("sampler").child(stream)
    }

    /// Steps until every sample has been drawn once, rounded up.
    public var stepsPerEpoch: Int { (samples.count + batchSize - 1) / batchSize }

    /// The batch of a step, counted from 0.
    public mutating func batch(_ step: Int) -> SampleBatch {
        precondition(step >= 0, "steps are counted from 0")
        let positions = step * batchSize..<(step + 1) * batchSize
        var numbers: [Int] = []
        numbers.reserveCapacity(batchSize)
        for position in positions {
            let (epoch, place) = position.quotientAndRemainder(dividingBy: samples.count)
            numbers.append(samples[permutation(epoch)[place]])
        }
        return SampleBatch(
            step: step, samples: numbers, epochs: positions.map { $0 / samples.count })
    }

    /// The whole order, as one value for a handshake: a SHA-256, 32 bytes.
    ///
    /// It covers the ASCII text `cohort sample order 1`, the 32 bytes of the sample set's identity,
    /// the seed, the batch size, n and the n sample numbers as little-endian u64s, and the stream's
    /// name in UTF-8.
    public func orderDigest(of set: SampleSet) -> [UInt8] {
        orderDigest(identity: set.identity())
    }

    /// As ``orderDigest(of:)``, of data with this identity: see ``Corpus/identity()``.
    public func orderDigest(identity: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: samples.count * 8 + 128)
        writer.append("cohort sample order 1".utf8)
        writer.append(identity)
        writer.littleEndian(seed)
        writer.littleEndian(UInt64(batchSize))
        writer.littleEndian(UInt64(samples.count))
        for sample in samples {
            writer.littleEndian(UInt64(sample))
        }
        writer.append(stream.utf8)
        return SHA256.digest(writer.bytes)
    }

    private mutating func permutation(_ epoch: Int) -> [Int] {
        if let known = recent.last(where: { $0.epoch == epoch }) { return known.order }
        let order = key.child(epoch).shuffled(Array(samples.indices))
        recent = recent.suffix(1) + [(epoch, order)]
        return order
    }
}
