import Bytes
import NeuralNetwork

/// Turns sample numbers into a network's input: normalized, and augmented where asked.
public struct BatchGatherer: Sendable {
    private let set: SampleSet
    private let augmentation: Augmentation
    private let key: RandomKey
    /// The network's value of each byte, 256 for each channel; empty where pixels are floats.
    private let table: [Float]
    private let normalization: Normalization
    /// Whether the pixels are bytes.
    public var holdsBytes: Bool { !table.isEmpty }
    /// The images as they are.
    private let whole: ImageWindow

    /// - Parameters:
    ///   - set: the samples, by their numbers.
    ///   - augmentation: none for evaluation.
    ///   - seed: the run's, for augmentation.
    ///   - learner: whose images they are, for augmentation that each learner draws for itself.
    /// - Throws: ``DatasetError`` (78) where the images are too small for the augmentation.
    public init(
        _ set: SampleSet, normalization: Normalization, augmentation: Augmentation = .none,
        seed: UInt64 = 0, learner: String? = nil
    ) throws(DatasetError) {
        precondition(normalization.mean.count == set.shape[0], "a mean for each channel")
        try augmentation.check(shape: set.shape)
        try augmentation.check(set.pixels)
        self.set = set
        self.augmentation = augmentation
        self.normalization = normalization
        key = augmentation.key(seed: seed, learner: learner)
        whole = ImageWindow(
            shape: set.shape, draw: Augmentation.Draw(down: 0, right: 0, isMirrored: false))
        switch set.pixels {
        case .floats: table = []
        case .bytes, .mapped:
            table = (0..<set.shape[0] * 256).map {
                normalization.apply(Double($0 % 256), channel: $0 / 256)
            }
        }
    }

    /// The batch's images, B×C×H×W, and the labels of its samples.
    public func gather(_ batch: SampleBatch) -> (images: Tensor, labels: [Int]) {
        gather(batch.samples, epochs: batch.epochs)
    }

    /// The labels of some samples.
    public func labels(of samples: [Int]) -> [Int] { set.labels(of: samples) }

    /// How many labels each sample has.
    public var labelsPerSample: Int { self.set.labelsPerSample }

    /// The shape of a sample, C×H×W.
    public var shape: [Int] { self.set.shape }

    /// Whether images are augmented.
    public var isRandom: Bool {
        augmentation.cropPadding > 0 || augmentation.flip || augmentation.cutout > 0
    }

    /// Whether images have a strong view beside the other one.
    public var hasStrongView: Bool { augmentation.strong != nil }

    /// The batch's images in the strong view, B×C×H×W.
    ///
    /// - Precondition: they have one.
    public func strongView(_ batch: SampleBatch) -> Tensor {
        guard let strong = augmentation.strong else { preconditionFailure("no strong view") }
        let divided = (0..<table.count).map { Float(Double($0 % 256) / normalization.divisor) }
        let fill = normalization.mean.map { Float($0) }
        var values: [Float] = []
        values.reserveCapacity(batch.samples.count * set.sampleSize)
        for (sample, epoch) in zip(batch.samples, batch.epochs) {
            let key = key.child(epoch).child(sample).child("strong")
            let image = StrongAugmentation.apply(
                strong.draw(key), to: dividedImage(of: sample, by: divided, key), fill: fill)
            for (index, value) in image.values.enumerated() {
                values.append(
                    normalization.apply(
                        divided: Double(value), channel: index / (image.height * image.width)))
            }
        }
        return Tensor(shape: [batch.samples.count] + set.shape, values: values)
    }

    /// A cropped and mirrored image before its strong operations.
    private func dividedImage(
        of sample: Int, by table: [Float], _ key: RandomKey
    ) -> UnitImage {
        var values = [Float](repeating: 0, count: set.sampleSize)
        var span = values.mutableSpan
        let window = ImageWindow(shape: set.shape, draw: augmentation.draw(key))
        copy(sample, through: window, by: table, to: &span, at: 0)
        return UnitImage(shape: set.shape, values: values)
    }

    /// The batch's images, B×C×H×W, by crops and flips that do not depend on those of
    /// ``gather(_:)-(SampleBatch)``.
    public func redraw(_ batch: SampleBatch) -> Tensor {
        Tensor(
            shape: [batch.samples.count] + set.shape,
            values: values(of: batch.samples, epochs: batch.epochs, by: table, again: true))
    }

    /// The batch's images as bytes, B×C×H×W, augmented and not normalized, and what each byte
    /// becomes in its channel, 256 values a row; nil where pixels are floats.
    public func gatherBytes(_ batch: SampleBatch) -> (bytes: [UInt8], values: [Float])? {
        guard !table.isEmpty else { return nil }
        let same = (0..<table.count).map { Float($0 % 256) }
        let stored = values(of: batch.samples, epochs: batch.epochs, by: same)
        return (stored.map { UInt8($0) }, table)
    }

    /// The images as they are, B×C×H×W, and their classes: for evaluation.
    ///
    /// - Precondition: there is no augmentation.
    public func gather(_ samples: Range<Int>) -> (images: Tensor, labels: [Int]) {
        precondition(augmentation == .none, "augmentation needs epochs")
        return gather(Array(samples), epochs: [Int](repeating: 0, count: samples.count))
    }

    private func gather(_ samples: [Int], epochs: [Int]) -> (images: Tensor, labels: [Int]) {
        (
            Tensor(
                shape: [samples.count] + set.shape,
                values: values(of: samples, epochs: epochs, by: table)),
            labels(of: samples)
        )
    }

    /// - Parameters:
    ///   - table: what each byte becomes.
    ///   - again: whether the augmentation is drawn by other random numbers.
    private func values(
        of samples: [Int], epochs: [Int], by table: [Float], again: Bool = false
    ) -> [Float] {
        var values = [Float](repeating: 0, count: samples.count * set.sampleSize)
        var span = values.mutableSpan
        for row in samples.indices {
            let (sample, start) = (samples[row], row * set.sampleSize)
            guard augmentation != .none else {
                copy(sample, through: whole, by: table, to: &span, at: start)
                continue
            }
            let first = key.child(epochs[row]).child(sample)
            let key = again ? first.child("again") : first
            let window = ImageWindow(shape: set.shape, draw: augmentation.draw(key))
            copy(sample, through: window, by: table, to: &span, at: start)
            cover(&span, at: start, by: table, key)
        }
        return values
    }

    /// Covers a square of an image by the mean, where that is asked for.
    private func cover(
        _ target: inout MutableSpan<Float>, at start: Int, by table: [Float], _ key: RandomKey
    ) {
        guard let hole = augmentation.hole(key, height: set.shape[1], width: set.shape[2]) else {
            return
        }
        for channel in 0..<set.shape[0] {
            let fill = fill(of: channel, by: table)
            for row in hole.rows {
                let line = start + (channel * set.shape[1] + row) * set.shape[2]
                for column in hole.columns { target[line + column] = fill }
            }
        }
    }

    /// What stands for the mean of a channel: of bytes the nearest one.
    private func fill(of channel: Int, by table: [Float]) -> Float {
        let mean = normalization.mean[channel]
        guard holdsBytes else { return normalization.apply(divided: mean, channel: channel) }
        let level = Int((mean * normalization.divisor).rounded())
        return table[channel << 8 | min(max(level, 0), 255)]
    }

    private func copy(
        _ sample: Int, through window: ImageWindow, by table: [Float],
        to target: inout MutableSpan<Float>, at start: Int
    ) {
        let source = sample * set.sampleSize
        switch set.pixels {
        case .bytes(let pixels):
            window.copy(pixels.span, at: source, by: table.span, to: &target, at: start)
        case .mapped(let pixels):
            window.copy(
                pixels.file.span, at: pixels.start(of: sample), by: table.span, to: &target,
                at: start)
        case .floats(let pixels):
            window.copy(pixels.span, at: source, by: normalization, to: &target, at: start)
        }
    }
}
