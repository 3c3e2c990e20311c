/// Labelled images of one shape, in one contiguous array; a sample is named by its number.
public struct SampleSet: Equatable, Sendable {
    /// Pixel values, sample after sample, each C×H×W in row-major order.
    ///
    /// Bytes stay bytes, a quarter of the memory; they become numbers when a batch is gathered.
    public enum Pixels: Equatable, Sendable {
        case bytes([UInt8])
        case floats([Float])
        /// Bytes that stay in a file until they are used.
        case mapped(MappedSamples)

        var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): values.count
            case .mapped(let values): values.count
            }
        }
    }

    /// The shape of one sample: channels, height, width.
    public let shape: [Int]
    /// The images, sample after sample.
    public let pixels: Pixels
    /// The class of each sample, in `0..<classCount`.
    public let labels: [Int]
    /// How many classes the labels may name.
    public let classCount: Int

    /// - Precondition: `pixels` holds exactly one image of `shape` for each label, and labels are
    ///   classes.
    public init(shape: [Int], pixels: Pixels, labels: [Int], classCount: Int) {
        precondition(shape.count == 3 && shape.allSatisfy { $0 > 0 }, "a shape is C×H×W")
        precondition(pixels.count == labels.count * shape.reduce(1, *), "an image for each label")
        precondition(labels.allSatisfy { (0..<classCount).contains($0) }, "labels are classes")
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
        self.classCount = classCount
    }

    /// Number of samples.
    public var count: Int { labels.count }

    /// Pixel values in one sample, C·H·W.
    public var sampleSize: Int { shape[0] * shape[1] * shape[2] }

    /// The samples of these numbers, renumbered from 0 in the order given.
    public func subset(_ samples: [Int]) -> SampleSet {
        SampleSet(
            shape: shape, pixels: pixels.subset(samples, size: sampleSize),
            labels: samples.map { labels[$0] }, classCount: classCount)
    }
}

extension SampleSet.Pixels {
    /// The samples of these numbers, each of `size` elements.
    func subset(_ samples: [Int], size: Int) -> Self {
        switch self {
        case .bytes(let values): .bytes(gathered(values, samples, size))
        case .floats(let values): .floats(gathered(values, samples, size))
        case .mapped(let values): .mapped(values.subset(samples))
        }
    }

    private func gathered<T>(_ values: [T], _ samples: [Int], _ size: Int) -> [T] {
        var chosen: [T] = []
        chosen.reserveCapacity(samples.count * size)
        for sample in samples {
            chosen += values[sample * size..<(sample + 1) * size]
        }
        return chosen
    }
}
