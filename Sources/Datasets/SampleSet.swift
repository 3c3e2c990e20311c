/// Labelled samples of one shape, in one contiguous array; a sample is named by its number.
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
    /// The classes of the samples, in `0..<classCount`, sample after sample: one for each, or where
    /// every position of a sequence has one, those of all positions; ``none`` at positions that are
    /// padding.
    public let labels: [Int]
    /// How many classes the labels may name.
    public let classCount: Int
    /// How many labels each sample has: one, or as many as its sequence has positions.
    public let labelsPerSample: Int

    /// How many bytes of text in UTF-8 a label stands for in the mean; nil where labels are no
    /// tokens. One that ends a text stands for none.
    public let bytesPerLabel: Double?

    /// The label of a position that has none.
    public static let none = -1

    /// - Precondition: `pixels` holds exactly one sample of `shape` for each label, or for each
    ///   `labelsPerSample` of them, and labels are classes.
    public init(
        shape: [Int], pixels: Pixels, labels: [Int], classCount: Int, labelsPerSample: Int = 1,
        bytesPerLabel: Double? = nil
    ) {
        precondition(shape.count == 3 && shape.allSatisfy { $0 > 0 }, "a shape is C×H×W")
        precondition(
            pixels.count * labelsPerSample == labels.count * shape.reduce(1, *),
            "a sample for each label")
        let range = (labelsPerSample == 1 ? 0 : Self.none)..<classCount
        precondition(labels.allSatisfy(range.contains), "labels are classes")
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
        self.classCount = classCount
        self.labelsPerSample = labelsPerSample
        self.bytesPerLabel = bytesPerLabel
    }

    /// Number of samples.
    public var count: Int { labels.count / labelsPerSample }

    /// The class by which each sample is grouped: its label; 0 where every position has one.
    public var classes: [Int] {
        labelsPerSample == 1 ? labels : [Int](repeating: 0, count: count)
    }

    /// The labels of the samples of these numbers, in the order given.
    public func labels(of samples: [Int]) -> [Int] {
        guard labelsPerSample > 1 else { return samples.map { labels[$0] } }
        return samples.flatMap { labels[$0 * labelsPerSample..<($0 + 1) * labelsPerSample] }
    }

    /// Pixel values in one sample, C·H·W.
    public var sampleSize: Int { shape[0] * shape[1] * shape[2] }

    /// The samples of these numbers, renumbered from 0 in the order given.
    public func subset(_ samples: [Int]) -> SampleSet {
        SampleSet(
            shape: shape, pixels: pixels.subset(samples, size: sampleSize),
            labels: labels(of: samples), classCount: classCount, labelsPerSample: labelsPerSample,
            bytesPerLabel: bytesPerLabel)
    }
}

extension [Int] {
    /// The places of those labels that are one; nil where all are.
    package var labelledPlaces: [Int]? {
        contains(SampleSet.none) ? indices.filter { self[$0] != SampleSet.none } : nil
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
