import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SamplerTests {
    private func sampler(_ vector: Vectors.Order) -> Sampler {
        Sampler(
            samples: vector.samples, batchSize: vector.batch, seed: vector.seed,
            stream: vector.stream)
    }

    @Test func batchesAndDigestsAreTheReferences() throws {
        for vector in try Vectors.read().samplers {
            var sampler = sampler(vector)
            let batches = vector.steps.map { sampler.batch($0) }
            #expect(batches.map(\.samples) == vector.batches)
            #expect(batches.map { hexadecimal($0.digest) } == vector.digests)
        }
    }

    @Test func theOrderDigestIsTheReferences() throws {
        let vectors = try Vectors.read()
        let set = SampleSet(
            shape: [1, 2, 3], pixels: .bytes(Array(0..<60)),
            labels: [Int](repeating: 0, count: 10), classCount: 1)
        #expect(set.identity().hexadecimal == vectors.identity)
        for vector in vectors.samplers {
            #expect(sampler(vector).orderDigest(of: set).hexadecimal == vector.order)
        }
    }

    @Test(arguments: [(7, 3), (12, 4), (3, 10), (1, 2)])
    func everyEpochIsAPermutation(_ count: Int, _ size: Int) {
        let samples = (0..<count).map { $0 * $0 }
        var sampler = Sampler(samples: samples, batchSize: size, seed: 3)
        let stream = (0..<5 * count).flatMap { sampler.batch($0).samples }
        for epoch in 0..<5 {
            #expect(stream[epoch * count..<(epoch + 1) * count].sorted() == samples)
        }
    }

    @Test func epochsAreCountedAlongTheStream() {
        var sampler = Sampler(samples: [4, 5, 6], batchSize: 2, seed: 3)
        #expect((0..<3).map { sampler.batch($0).epochs } == [[0, 0], [0, 1], [1, 1]])
        #expect(sampler.stepsPerEpoch == 2)
    }

    @Test func aBatchDoesNotDependOnTheStepsBefore() {
        var inOrder = Sampler(samples: Array(0..<10), batchSize: 4, seed: 5)
        let batches = (0..<12).map { inOrder.batch($0) }
        for step in [11, 0, 6, 5, 6, 1] {
            #expect(inOrder.batch(step) == batches[step])
        }
    }

    @Test func streamsAndSeedsDiffer() {
        let samples = Array(0..<100)
        let orders = [(1, "common"), (2, "common"), (1, "a"), (1, "b")].map { seed, stream in
            var sampler = Sampler(
                samples: samples, batchSize: 100, seed: UInt64(seed), stream: stream)
            return sampler.batch(0).samples
        }
        #expect(Set(orders).count == 4)
    }

    /// Each part of the order changes its digest.
    @Test func theOrderDigestCoversItsParts() {
        let identity = [UInt8](repeating: 1, count: 32)
        let orders = [
            Sampler(samples: [1, 2], batchSize: 2, seed: 1),
            Sampler(samples: [1, 3], batchSize: 2, seed: 1),
            Sampler(samples: [1, 2], batchSize: 3, seed: 1),
            Sampler(samples: [1, 2], batchSize: 2, seed: 2),
            Sampler(samples: [1, 2], batchSize: 2, seed: 1, stream: "a"),
        ]
        var digests = Set(orders.map { $0.orderDigest(identity: identity) })
        digests.insert(orders[0].orderDigest(identity: identity.map { $0 + 1 }))
        #expect(digests.count == 6)
    }

    @Test func aDigestTellsOrdersApart() {
        let digests = [[1, 2, 3], [3, 2, 1], [1, 2], []].map {
            SampleBatch(step: 0, samples: $0, epochs: $0).digest
        }
        #expect(Set(digests).count == 4)
    }
}
