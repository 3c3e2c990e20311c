import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Reporting
import Training

/// Samples that a generator of a run makes with its newest weights.
public struct GeneratedSamples {
    /// N×C×H×W, normalized as the samples of the cohort's data are.
    private let samples: Tensor
    private let normalization: Normalization

    /// Samples that are made at a time.
    private static let batch = 256

    /// Samples that are made where no number is asked for.
    private static let usualCount = 100

    /// How many there are.
    public var count: Int { samples.shape[0] }

    /// Makes samples; of a generator that keeps finished ones these are taken.
    ///
    /// - Parameters:
    ///   - count: nil for a hundred, or all that are kept.
    ///   - seed: determines the random numbers of which they are made; nil for 0.
    /// - Throws: ``SettingError`` (78) for an unknown learner, one that makes no samples, and one
    ///   that keeps fewer or takes no random numbers; ``DiskError`` (66) where it has no weights
    ///   yet.
    public init(_ reference: LearnerReference, count: Int?, seed: UInt64?) throws {
        let configuration = try ExperimentConfiguration.load(
            reference.run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let options = try assembler.learner(reference.learner)
        guard options.role.makesSamples, let model = try assembler.model(of: options) else {
            throw SettingError(
                "learner '\(options.name)' makes no samples; name one with `role: generator`")
        }
        normalization = try assembler.samples.normalization(of: options)
        let trained = try TrainedWeights(of: options, in: reference.run)
        let weights = try WeightsFile(trained.path, of: options.name)
            .weights(of: model, prefix: trained.prefix)
        let most = model.mostMade(by: weights.buffers)
        try Self.check(count, seed, most, of: options.name)
        let count = count ?? most ?? Self.usualCount
        let key = RandomKey(seed: seed ?? 0).child("generate")
        samples = .concatenating(
            stride(from: 0, to: count, by: Self.batch).map { first in
                model.made(
                    min(Self.batch, count - first), from: first, by: weights.parameters,
                    weights.buffers, key: key)
            })
    }

    /// Refuses what finished samples have no place for.
    private static func check(
        _ count: Int?, _ seed: UInt64?, _ most: Int?, of name: String
    ) throws(SettingError) {
        guard let most else { return }
        if let count, count > most {
            throw SettingError(
                "--count is \(count), and '\(name)' keeps \(most) samples; ask for no more")
        }
        if seed != nil {
            throw SettingError(
                "--seed has no effect: the samples of '\(name)' are kept, and not made of random"
                    + " numbers; leave it out")
        }
    }

    /// How far these samples are from those of another generator, made of the same random numbers.
    ///
    /// - Returns: means over all pixels, in units of the normalized ones: of the absolute
    ///   difference, and of its square.
    /// - Throws: ``SettingError`` where the other's are of another shape or number.
    public func distance(
        from other: GeneratedSamples
    ) throws(SettingError) -> (absolute: Double, square: Double) {
        guard samples.shape == other.samples.shape else {
            throw SettingError(
                "samples of \(other.samples.shape) cannot be compared with those of"
                    + " \(samples.shape), N×C×H×W; name generators of one shape")
        }
        let differences = zip(samples.values, other.samples.values).map { Double($0) - Double($1) }
        let count = Double(max(1, differences.count))
        return (
            differences.reduce(0) { $0 + abs($1) } / count,
            differences.reduce(0) { $0 + $1 * $1 } / count
        )
    }

    /// Writes a picture of the first of them.
    ///
    /// - Throws: ``DatasetError`` where they cannot be shown, ``DiskError`` (74).
    public func writeSheet(to path: String) throws {
        let sheet = try ContactSheet(images: samples, normalization: normalization)
        try Files.replace(path, with: Data(sheet.png()))
    }

    /// Writes them as a NumPy array, which the data set `npy` reads: pixels as they are before
    /// normalization.
    ///
    /// - Throws: ``DiskError`` (74).
    public func write(to path: String) throws { try set().writeImages(to: path) }

    /// Writes the classes that a learner of a run takes them for as a NumPy array.
    ///
    /// - Throws: as ``Predictions/init(of:by:_:)`` for the learner, ``SettingError`` where it takes
    ///   samples of another shape, and ``DiskError`` (74).
    public func writeLabels(by reference: LearnerReference, to path: String) throws {
        let configuration = try ExperimentConfiguration.load(
            reference.run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let options = try assembler.learner(reference.learner)
        let shape = Array(samples.shape.dropFirst())
        guard try assembler.shape(of: options) == shape else {
            throw SettingError(
                "learner '\(reference.learner)' takes samples of another shape than"
                    + " \(shape.map(String.init).joined(separator: "×")); name one that takes these"
            )
        }
        let learner = try TrainedLearner(options, assembler, in: reference.run)
        let labels = try learner.logits(of: set()).argmax
        try set(labels: labels, classes: assembler.classes).writeLabels(to: path)
    }

    private func set(labels: [Int]? = nil, classes: Int = 1) -> SampleSet {
        SampleSet(
            shape: Array(samples.shape.dropFirst()), pixels: .floats(normalization.undone(samples)),
            labels: labels ?? [Int](repeating: 0, count: samples.shape[0]), classCount: classes)
    }
}
