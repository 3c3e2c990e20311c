import Bytes
import Datasets
import Foundation
import NeuralNetwork
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

    /// Scored a batch at a time, texts have the score of all answers together.
    @Test func aScoreInPartsIsThatOfTheWhole() throws {
        let (count, length, classes) = (1100, 5, 3)
        let key = RandomKey(seed: 3)
        let tokens = (0..<count * length).map { UInt8(key.integer(below: classes, at: $0)) }
        let labels = (0..<count * length).map { place in
            place % length > place / length % length
                ? SampleSet.none : key.child("labels").integer(below: classes, at: place)
        }
        let set = SampleSet(
            shape: [1, 1, length], pixels: .bytes(tokens), labels: labels, classCount: classes,
            labelsPerSample: length, bytesPerLabel: 2.5)
        let data = try HeldOutData(
            set, normalization: Normalization(divisor: 1, mean: [0], std: [1]))
        let model = try Model(
            GPT(dimension: 8, layers: 1, heads: 2, tokens: classes), input: [1, 1, length],
            classes: classes)
        let weights = ModelWeights(
            parameters: model.initialParameters(key: key), buffers: model.initialBuffers)
        let parts = model.evaluation(of: data, weights, beforeBatch: {})
        let logits = model.logits(
            of: data.batches, parameters: weights.parameters, buffers: weights.buffers)
        let whole = Evaluation(logits: logits, labels: labels)
        #expect(Array(data.batches).count > 1)
        #expect(abs(parts.accuracy - whole.accuracy) < 1e-12)
        #expect(abs(parts.negativeLogLikelihood - whole.negativeLogLikelihood) < 1e-6)
        let score = try #require(parts.text)
        #expect(abs(score.bitsPerByte - whole.negativeLogLikelihood / log(2) / 2.5) < 1e-6)
        #expect(abs(score.perplexity - exp(whole.negativeLogLikelihood)) < 1e-6)
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
