import Bytes
import Datasets
import NeuralNetwork
import Training

/// A small problem: 1×4×4 images whose class shows in two of their pixels.
struct Problem: Sendable {
    static let classes = 3
    let train: SampleSet
    let test: SampleSet
    static let normalization = Normalization(divisor: 255, mean: [0.5], std: [0.3])
    var normalization = Self.normalization
    var augmentation = Augmentation.none

    init(samples: Int = 60, relabelled: Range<Int> = 0..<0) {
        train = Self.set(samples, key: RandomKey(seed: 1), relabelled: relabelled)
        test = Self.set(30, key: RandomKey(seed: 2), relabelled: 0..<0)
    }

    /// Other samples to train on, of the same shape and classes.
    init(train: SampleSet) {
        self.train = train
        test = Problem().test
    }

    private static func set(_ count: Int, key: RandomKey, relabelled: Range<Int>) -> SampleSet {
        var pixels: [UInt8] = []
        var labels: [Int] = []
        for sample in 0..<count {
            let label = sample % classes
            pixels += (0..<16).map { pixel in
                let noise = UInt8(key.integer(below: 100, at: sample * 16 + pixel))
                return pixel / 2 == label ? noise + 150 : noise
            }
            labels.append(relabelled.contains(sample) ? (label + 1) % classes : label)
        }
        return SampleSet(
            shape: [1, 4, 4], pixels: .bytes(pixels), labels: labels, classCount: classes)
    }

    /// Sequences of tokens, on which learners are tested too.
    init(sequences: SampleSet) {
        train = sequences
        test = sequences
        normalization = Normalization(divisor: 1, mean: [0], std: [1])
    }

    /// Samples as a stream of batches.
    func stream(
        _ samples: some Sequence<Int>, batch: Int, named name: String, areLabelled: Bool = true,
        drawsPartners: Bool = false
    ) throws -> SampledBatches {
        SampledBatches(
            Sampler(samples: Array(samples), batchSize: batch, seed: 5, stream: name),
            try BatchGatherer(
                train, normalization: normalization, augmentation: augmentation),
            areLabelled: areLabelled,
            drawsPartners: drawsPartners)
    }

    /// The images of some samples.
    func images(_ samples: [Int]) throws -> Tensor {
        let batch = SampleBatch(step: 0, samples: samples, epochs: samples.map { _ in 0 })
        return try BatchGatherer(train, normalization: normalization).gather(batch).images
    }

    /// The samples that learners are tested on.
    var heldOut: HeldOutData {
        get throws { try HeldOutData(test, normalization: normalization) }
    }
}
