/// Normalizes each feature by its own mean and population standard deviation.
struct FeatureScaling: Sendable {
    private let mean: [Double]
    private let std: [Double]

    /// The numbers of the samples to train on. A constant feature is only centred.
    init(measuring set: SampleSet) {
        let (count, width) = (set.count, set.sampleSize)
        var mean = [Double](repeating: 0, count: width)
        var square = mean
        for index in 0..<count * width {
            mean[index % width] += set.pixels[index] / Double(count)
        }
        for index in 0..<count * width {
            let distance = set.pixels[index] - mean[index % width]
            square[index % width] += distance * distance / Double(count)
        }
        self.mean = mean
        std = square.map { $0 > 0 ? $0.squareRoot() : 1 }
    }

    /// The set with every feature normalized.
    func applied(to set: SampleSet) -> SampleSet {
        let width = set.sampleSize
        let values = (0..<set.count * width).map { index in
            Float((set.pixels[index] - mean[index % width]) / std[index % width])
        }
        return SampleSet(
            shape: set.shape, pixels: .floats(values), labels: set.labels,
            classCount: set.classCount)
    }
}

extension SampleSet.Pixels {
    fileprivate subscript(index: Int) -> Double {
        switch self {
        case .bytes(let values): Double(values[index])
        case .mapped(let values): Double(values[index])
        case .floats(let values): Double(values[index])
        }
    }
}
