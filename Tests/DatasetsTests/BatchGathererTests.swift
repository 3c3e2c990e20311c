import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct BatchGathererTests {
    private let labels = [3, 1, 2]
    /// Three samples of two channels, one row, two columns.
    private let bytes: [UInt8] = [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]

    private func gather(_ pixels: SampleSet.Pixels, divisor: Double) throws -> [Float] {
        let set = SampleSet(shape: [2, 1, 2], pixels: pixels, labels: labels, classCount: 4)
        let gatherer = try BatchGatherer(
            set, normalization: .init(divisor: divisor, mean: [0.5, 0], std: [0.5, 2]))
        let batch = SampleBatch(step: 0, samples: [1, 0], epochs: [0, 0])
        let (images, labels) = gatherer.gather(batch)
        #expect(images.shape == [2, 2, 1, 2])
        #expect(labels == [1, 3])
        return images.values
    }

    @Test func pixelsAreNormalizedByChannel() throws {
        // (0.8 − 0.5)/0.5, (1 − 0.5)/0.5, (1/255)/2, (2/255)/2; then sample 0.
        let expected: [Float] = [0.6, 1, 1 / 510, 2 / 510, -1, -0.6, 0.2, 0.3]
        let values = try gather(.bytes(bytes), divisor: 255)
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func floatsAreGatheredAsBytesAre() throws {
        let floats = bytes.map(Float.init)
        #expect(try gather(.floats(floats), divisor: 255) == gather(.bytes(bytes), divisor: 255))
    }

    /// What is sent to who has no samples stands for the same bits, also augmented ones.
    @Test func bytesAndTheirValuesAreTheImagesToTheBit() throws {
        let pixels = (0..<3 * 2 * 4 * 4).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let set = SampleSet(
            shape: [2, 4, 4], pixels: .bytes(pixels), labels: labels, classCount: 4)
        let gatherer = try BatchGatherer(
            set, normalization: .init(divisor: 255, mean: [0.31, 0.7], std: [0.3, 0.21]),
            augmentation: Augmentation(cropPadding: 2, flip: true), seed: 5)
        for step in 0..<20 {
            let batch = SampleBatch(
                step: step, samples: [2, 0, 1], epochs: [step, step, step + 1])
            let (bytes, table) = try #require(gatherer.gatherBytes(batch))
            let values = bytes.enumerated().map { place, byte in
                table[place / 16 % 2 * 256 + Int(byte)]
            }
            #expect(
                values.map(\.bitPattern) == gatherer.gather(batch).images.values.map(\.bitPattern))
        }
    }

    @Test func floatsHaveNoBytes() throws {
        let set = SampleSet(
            shape: [1, 1, 1], pixels: .floats([1, 2, 3]), labels: labels, classCount: 4)
        let gatherer = try BatchGatherer(
            set, normalization: .init(divisor: 1, mean: [0], std: [1]))
        #expect(gatherer.gatherBytes(SampleBatch(step: 0, samples: [1], epochs: [0])) == nil)
        #expect(!gatherer.holdsBytes)
    }

    @Test func aRangeIsItsSamplesInOrder() throws {
        let set = SampleSet(shape: [2, 1, 2], pixels: .bytes(bytes), labels: labels, classCount: 4)
        let gatherer = try BatchGatherer(
            set, normalization: .init(divisor: 1, mean: [0, 0], std: [1, 1]))
        let (images, classes) = gatherer.gather(1..<3)
        #expect(images.values == bytes[4...].map(Float.init))
        #expect(classes == [1, 2])
    }

    @Test func otherShapesAreRefused() {
        let one = labelled([0, 1], classCount: 2)
        let three = labelled([0, 1, 2], classCount: 3)
        #expect(throws: Never.self) { try one.check(matches: one, learner: "a") }
        let text = message { try one.check(matches: three, learner: "a") }
        #expect(text.contains("learner 'a'") && text.contains("of 2 classes"))
    }
}
