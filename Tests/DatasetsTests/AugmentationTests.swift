import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct AugmentationTests {
    /// Enough 5×6 images, each with its row's eightfold plus its column, that any number is one.
    private func images(_ count: Int) -> SampleSet {
        let image = (0..<5).flatMap { y in (0..<6).map { x in UInt8(8 * y + x) } }
        return SampleSet(
            shape: [1, 5, 6], pixels: .bytes((0..<count).flatMap { _ in image }),
            labels: [Int](repeating: 0, count: count), classCount: 1)
    }

    private let plain = Normalization(divisor: 1, mean: [0], std: [1])

    @Test func drawsAreTheReferences() throws {
        for vector in try Vectors.read().augmentations {
            let augmentation = Augmentation(cropPadding: vector.padding, flip: vector.flip)
            let draw = augmentation.draw(
                seed: vector.seed, epoch: vector.epoch, sample: vector.sample)
            #expect(draw.down == vector.down)
            #expect(draw.right == vector.right)
            #expect(draw.isMirrored == vector.mirrored)
        }
    }

    @Test func imagesAreTheReferences() throws {
        for vector in try Vectors.read().augmentations {
            let gatherer = try BatchGatherer(
                images(vector.sample + 1), normalization: plain,
                augmentation: Augmentation(cropPadding: vector.padding, flip: vector.flip),
                seed: vector.seed)
            let batch = SampleBatch(step: 0, samples: [vector.sample], epochs: [vector.epoch])
            #expect(gatherer.gather(batch).images.values == vector.image)
        }
    }

    /// A square of the mean. Of bytes it is the nearest one, so that batches of bytes hold the same
    /// images.
    @Test func squaresAreTheReferences() throws {
        let normalization = Normalization(divisor: 2, mean: [9.7], std: [0.5])
        for vector in try Vectors.read().holes {
            let gatherer = try BatchGatherer(
                images(vector.sample + 1), normalization: normalization,
                augmentation: Augmentation(cutout: vector.side), seed: vector.seed)
            let batch = SampleBatch(step: 0, samples: [vector.sample], epochs: [vector.epoch])
            let (image, plain) = (
                gatherer.gather(batch).images.values,
                try BatchGatherer(images(1), normalization: normalization).gather(0..<1).images
                    .values
            )
            let fill = Float((19.0 / 2 - 9.7) / 0.5)
            let hole = vector.hole
            for (place, value) in image.enumerated() {
                let isCovered =
                    (hole[0]..<hole[1]).contains(place / 6)
                    && (hole[2]..<hole[3]).contains(place % 6)
                #expect(value == (isCovered ? fill : plain[place]))
            }
            let (bytes, values) = try #require(gatherer.gatherBytes(batch))
            #expect(bytes.map { values[Int($0)] } == image)
            #expect(gatherer.isRandom && gatherer.redraw(batch).values != image)
        }
    }

    @Test func aSquareThatCoversAllIsRefused() throws {
        #expect(
            exitCode {
                try BatchGatherer(
                    images(1), normalization: plain, augmentation: Augmentation(cutout: 5))
            } == .configuration)
    }

    /// With `own`, each learner has a draw of its own of the same sample, by a key with its name.
    @Test func learnersMayDrawForThemselves() throws {
        let own = Augmentation(cropPadding: 3, flip: true, isOwn: true)
        let shared = Augmentation(cropPadding: 3, flip: true)
        func images(_ augmentation: Augmentation, _ learner: String?) throws -> [Float] {
            try BatchGatherer(
                self.images(9), normalization: plain, augmentation: augmentation, seed: 6,
                learner: learner
            ).gather(
                SampleBatch(step: 0, samples: Array(0..<9), epochs: [Int](repeating: 2, count: 9))
            ).images.values
        }
        let (a, b) = (try images(own, "a"), try images(own, "b"))
        #expect(a != b)
        #expect(try images(own, "a") == a)
        #expect(try images(shared, "a") == images(shared, "b"))
        #expect(try images(own, nil) == images(shared, nil))
        let key = RandomKey(seed: 6).child("augmentation").child("a").child(2).child(4)
        let draw = own.draw(seed: 6, epoch: 2, sample: 4, learner: "a")
        #expect(draw.down == key.integer(below: 7, at: 0) - 3)
        #expect(draw.isMirrored == (key.bits(at: 2) >> 63 == 1))
    }

    @Test func anImageDoesNotDependOnItsBatch() throws {
        let gatherer = try BatchGatherer(
            images(9), normalization: plain, augmentation: Augmentation(cropPadding: 3, flip: true),
            seed: 6)
        let whole = gatherer.gather(
            SampleBatch(step: 4, samples: Array(0..<9), epochs: [Int](repeating: 2, count: 9)))
        for sample in 0..<9 {
            let alone = gatherer.gather(SampleBatch(step: 1, samples: [sample], epochs: [2]))
            #expect(alone.images.values == whole.images.rows(sample..<sample + 1).values)
        }
        #expect(Set((0..<9).map { whole.images.rows($0..<$0 + 1).values }).count > 4)
    }

    /// Over many draws every offset and both sides come up about as often as they should.
    @Test func drawsAreUniform() {
        let augmentation = Augmentation(cropPadding: 1, flip: true)
        let draws = (0..<3000).map { augmentation.draw(seed: 1, epoch: 0, sample: $0) }
        for offset in -1...1 {
            #expect(abs(draws.count { $0.down == offset } - 1000) < 120)
            #expect(abs(draws.count { $0.right == offset } - 1000) < 120)
        }
        #expect(abs(draws.count { $0.isMirrored } - 1500) < 120)
    }

    @Test func paddingThatReflectionCannotFillIsRefused() throws {
        #expect(throws: Never.self) {
            try BatchGatherer(
                images(1), normalization: plain, augmentation: Augmentation(cropPadding: 4))
        }
        #expect(
            exitCode {
                try BatchGatherer(
                    images(1), normalization: plain, augmentation: Augmentation(cropPadding: 5))
            } == .configuration)
    }
}
