import NeuralNetwork

/// How stored pixels become a network's input: `(x / divisor − mean) / std`, by channel.
public struct Normalization: Codable, Hashable, Sendable {
    /// What a stored pixel is divided by first: 255 where pixels are bytes.
    public var divisor: Double
    /// The mean of the divided pixels, one for each channel.
    public var mean: [Double]
    /// The standard deviation of the divided pixels, one for each channel, positive.
    public var std: [Double]

    /// Values of one channel that stay as they are stored.
    static let identity = Normalization(divisor: 1, mean: [0], std: [1])

    /// - Precondition: `mean` and `std` have a number for each channel.
    public init(divisor: Double, mean: [Double], std: [Double]) {
        precondition(mean.count == std.count, "a mean and a standard deviation for each channel")
        self.divisor = divisor
        self.mean = mean
        self.std = std
    }

    /// Pixels of normalized images N×C×H×W, as they are before it.
    package func undone(_ images: Tensor) -> [Float] {
        let (channels, area) = (images.shape[1], images.shape[2] * images.shape[3])
        return images.values.enumerated().map { place, value in
            let channel = place / area % channels
            return Float((Double(value) * std[channel] + mean[channel]) * divisor)
        }
    }

    /// A pixel's value in the network, computed in double precision and rounded once.
    func apply(_ pixel: Double, channel: Int) -> Float {
        Float((pixel / divisor - mean[channel]) / std[channel])
    }

    /// As ``apply(_:channel:)``, of a pixel that is divided already.
    func apply(divided pixel: Double, channel: Int) -> Float {
        Float((pixel - mean[channel]) / std[channel])
    }
}

extension Normalization: CustomStringConvertible {
    /// `mean 0.3053, deviation 0.376` as they are configured, with the divisor where pixels are no
    /// numbers of 0...1; a number for each channel where they differ.
    public var description: String {
        let scale = divisor == 1 ? "" : " of pixels / \(Self.text(divisor))"
        return "mean \(Self.text(mean)), deviation \(Self.text(std))\(scale)"
    }

    private static func text(_ numbers: [Double]) -> String {
        Set(numbers).count == 1
            ? text(numbers[0]) : "[\(numbers.map(text).joined(separator: ", "))]"
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }

    enum CodingKeys: String, CodingKey {
        case divisor, mean
        case std = "deviation"
    }
}

extension Normalization {
    /// The channels' mean and population standard deviation as measured. A constant channel is only
    /// centred.
    public init(measuring set: SampleSet) {
        let divisor = Self.divisor(of: set)
        let moments = (0..<set.shape[0]).map { set.moments(channel: $0) }
        self.init(
            divisor: divisor, mean: moments.map { $0.mean / divisor },
            std: moments.map { $0.std > 0 ? $0.std / divisor : 1 })
    }

    /// 255 for bytes; floats are taken as they are.
    static func divisor(of set: SampleSet) -> Double {
        switch set.pixels {
        case .bytes, .mapped: 255
        case .floats: 1
        }
    }
}

extension SampleSet {
    fileprivate func moments(channel: Int) -> (mean: Double, std: Double) {
        switch pixels {
        case .bytes(let values): byteMoments(channel, values.span) { $0 * sampleSize }
        case .mapped(let values):
            byteMoments(channel, values.file.span) { values.start(of: $0) }
        case .floats(let values): floatMoments(values, channel)
        }
    }

    /// Exact: counts of each of the 256 values first.
    ///
    /// - Parameter start: where a sample begins among the bytes.
    private func byteMoments(
        _ channel: Int, _ bytes: Span<UInt8>, _ start: (_ sample: Int) -> Int
    ) -> (Double, Double) {
        var counts = [Int](repeating: 0, count: 256)
        let area = shape[1] * shape[2]
        for sample in 0..<count {
            let first = start(sample) + channel * area
            for index in first..<first + area {
                counts[Int(bytes[index])] += 1
            }
        }
        let total = Double(count * area)
        let mean = counts.indices.reduce(0.0) { $0 + Double(counts[$1] * $1) } / total
        let square = counts.indices.reduce(0.0) { $0 + Double(counts[$1] * $1 * $1) } / total
        return (mean, max(0, square - mean * mean).squareRoot())
    }

    private func floatMoments(_ values: [Float], _ channel: Int) -> (Double, Double) {
        let area = shape[1] * shape[2]
        let total = Double(count * area)
        var (mean, square) = (0.0, 0.0)
        for sample in 0..<count {
            let start = (sample * shape[0] + channel) * area
            for index in start..<start + area {
                mean += Double(values[index]) / total
            }
        }
        for sample in 0..<count {
            let start = (sample * shape[0] + channel) * area
            for index in start..<start + area {
                let distance = Double(values[index]) - mean
                square += distance * distance / total
            }
        }
        return (mean, square.squareRoot())
    }
}
