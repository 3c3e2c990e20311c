import Datasets
import Testing
import Training

@Suite(.timeLimit(.minutes(1))) struct HeldOutDataTests {
    /// The numbers that an evaluation adds up in single batches stay as they are for small images.
    @Test(arguments: [
        ([1, 8, 8], 10, 500), ([3, 32, 32], 100, 500), ([3, 64, 64], 10, 341),
        ([3, 224, 224], 1000, 27), ([3, 4096, 4096], 10, 1), ([1, 1, 128], 128 * 256, 128),
        ([1, 1, 128], 128 * 8192, 4),
    ])
    func largeSamplesAreTestedInSmallBatches(shape: [Int], logits: Int, batch: Int) {
        #expect(HeldOutData.batch(of: shape, logits: logits) == batch)
    }

    @Test func everySampleIsInOneBatch() throws {
        let side = 1024
        let set = SampleSet(
            shape: [1, side, side], pixels: .bytes([UInt8](repeating: 9, count: 6 * side * side)),
            labels: [0, 1, 0, 1, 0, 1], classCount: 2)
        let data = try HeldOutData(set, normalization: Normalization(measuring: set))
        #expect(data.batches.map(\.samples) == [[0, 1, 2, 3], [4, 5]])
    }
}
