import Bytes
import NeuralNetwork

/// The order of a stream's samples: epoch after epoch, each a permutation of all.
///
/// Position p of the stream belongs to epoch p / n and is element `permutation(epoch)[p mod n]`;
/// the batch of step s covers the positions `s·B ..< (s + 1)·B`, so that every batch is full. The
/// permutation of an epoch is the places `0..<n` in the order of their 64 random bits under
/// `RandomKey(seed: seed).child("sampler").child(stream).child(epoch)`, ties by place. A stream may
/// also draw its samples by class: see `ClassGroups`. A batch is a
/// pure function of (seed, step); the last two permutations are stored only to save time.
/// `Sampler.md` has the test vectors.
public struct Sampler: Sendable {
    /// The name of the stream that all learners share. A stream of a learner's own has the
    /// learner's name.
    public static let common = "common"

    /// Samples from which the stream draws from a step on.
    public struct Phase: Equatable, Sendable {
        /// The step, counted from 0.
        public let firstStep: Int
        /// The numbers of the samples.
        public let samples: [Int]

        /// - Precondition: there is at least one sample.
        public init(firstStep: Int, samples: [Int]) {
            precondition(!samples.isEmpty, "a phase has samples")
            self.firstStep = firstStep
            self.samples = samples
        }
    }

    /// The run's seed.
    public let seed: UInt64
    /// The name of the stream.
    public let stream: String
    /// The samples of the stream, ascending where it has several phases; place i of a permutation
    /// stands for element i of those of the phase.
    public let samples: [Int]
    /// Samples in every batch.
    public let batchSize: Int
    /// The parts of the stream; one from step 0 on where it always draws from all samples.
    public let phases: [Phase]
    /// The first epoch of each phase: later than all of the phases before.
    private let firstEpochs: [Int]
    /// The samples of a phase with those that are drawn beside its own.
    private var rehearsed: [Int: [Int]] = [:]
    private let key: RandomKey
    private var recent: [(phase: Int, epoch: Int, order: [Int])] = []
    /// The order of samples that are drawn by class; nil where the classes do not count.
    private var classOrder: ClassOrder?

    /// How samples are drawn by class; nil where the classes do not count.
    public var groups: ClassGroups? { classOrder?.groups }

    /// - Parameter groups: by which samples are drawn; nil where the classes do not count.
    /// - Precondition: there is at least one sample, and at least one in a batch, which holds whole
    ///   groups.
    public init(
        samples: [Int], batchSize: Int, seed: UInt64, stream: String = common,
        groups: ClassGroups? = nil
    ) {
        self.init(
            phases: [Phase(firstStep: 0, samples: samples)], batchSize: batchSize, seed: seed,
            stream: stream)
        precondition(
            groups.map { batchSize.isMultiple(of: $0.size) } ?? true, "a batch holds whole groups")
        classOrder = groups.map { ClassOrder(samples, $0, key: key) }
    }

    /// A stream that draws from other samples from some steps on. Each phase begins an epoch.
    ///
    /// - Precondition: the first phase begins at step 0, the others ascend, and a batch has
    ///   samples.
    public init(phases: [Phase], batchSize: Int, seed: UInt64, stream: String = common) {
        precondition(batchSize > 0, "a batch has samples")
        precondition(
            phases.first?.firstStep == 0
                && zip(phases, phases.dropFirst()).allSatisfy { $0.firstStep < $1.firstStep },
            "phases follow one another from step 0 on")
        samples =
            phases.count == 1
            ? phases[0].samples : Set(phases.flatMap(\.samples)).sorted()
        self.phases = phases
        self.batchSize = batchSize
        self.seed = seed
        self.stream = stream
        firstEpochs = zip(phases, phases.dropFirst()).reduce(into: [0]) { epochs, pair in
            let drawn = (pair.1.firstStep - pair.0.firstStep) * batchSize
            let count = pair.0.samples.count
            epochs.append(epochs[epochs.count - 1] + (drawn + count - 1) / count)
        }
        key = RandomKey(seed: seed).child("sampler").child(stream)
    }

    /// Lets a phase draw from further samples beside its own.
    package mutating func rehearse(_ samples: [Int], inPhase place: Int) {
        rehearsed[place] = Set(phases[place].samples + samples).sorted()
        recent = []
    }

    private func samples(ofPhase place: Int) -> [Int] {
        rehearsed[place] ?? phases[place].samples
    }

    /// Steps until every sample has been drawn once, rounded up.
    public var stepsPerEpoch: Int { (samples.count + batchSize - 1) / batchSize }

    /// The batch of a step, counted from 0.
    public mutating func batch(_ step: Int) -> SampleBatch {
        precondition(step >= 0, "steps are counted from 0")
        if let drawn = classOrder?.draw(step * batchSize..<(step + 1) * batchSize) {
            return SampleBatch(step: step, samples: drawn.samples, epochs: drawn.epochs)
        }
        let place = phases.lastIndex { $0.firstStep <= step } ?? 0
        let drawn = samples(ofPhase: place)
        let local = step - phases[place].firstStep
        let positions = local * batchSize..<(local + 1) * batchSize
        var numbers: [Int] = []
        numbers.reserveCapacity(batchSize)
        for position in positions {
            let (epoch, number) = position.quotientAndRemainder(dividingBy: drawn.count)
            numbers.append(drawn[permutation(epoch, of: drawn.count, inPhase: place)[number]])
        }
        return SampleBatch(
            step: step, samples: numbers,
            epochs: positions.map { firstEpochs[place] + $0 / drawn.count })
    }

    /// The whole order, as one value for a handshake: a SHA-256, 32 bytes.
    ///
    /// It covers the ASCII text `cohort sample order 1`, the 32 bytes of the sample set's identity,
    /// the seed, the batch size, n and the n sample numbers as little-endian u64s, and the stream's
    /// name in UTF-8. Of a stream with several phases it also covers the ASCII text `phases`, and
    /// for each phase its first step, its n and its sample numbers as little-endian u64s. Of a
    /// stream that draws by class it also covers the ASCII text `classes`, and the size of a group
    /// and the n classes as little-endian u64s.
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
        if phases.count > 1 {
            writer.append("phases".utf8)
            for phase in phases {
                for number in [phase.firstStep, phase.samples.count] + phase.samples {
                    writer.littleEndian(UInt64(number))
                }
            }
        }
        if let groups {
            writer.append("classes".utf8)
            for number in [groups.size] + groups.labels { writer.littleEndian(UInt64(number)) }
        }
        return SHA256.digest(writer.bytes)
    }

    /// - Parameter epoch: of the phase, from 0.
    private mutating func permutation(
        _ epoch: Int, of count: Int, inPhase place: Int
    ) -> [Int] {
        let known = recent.last { $0.phase == place && $0.epoch == epoch }
        if let known { return known.order }
        let order = key.child(firstEpochs[place] + epoch).shuffled(Array(0..<count))
        recent = recent.suffix(1) + [(place, epoch, order)]
        return order
    }
}
