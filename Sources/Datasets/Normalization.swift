import Options

/// How stored pixels become a network's input: `(x / divisor − mean) / deviation`, by channel.
public struct Normalization: Equatable, Sendable {
    /// What a stored pixel is divided by first: 255 where pixels are bytes.
    public var divisor: Double
    /// One for each channel, of the divided pixels.
    public var mean: [Double]
    /// One for each channel, of the divided pixels, positive.
    public var deviation: [Double]

    public init(divisor: Double, mean: [Double], deviation: [Double]) {
        precondition(mean.count == deviation.count, "a mean and a deviation for each channel")
        self.divisor = divisor
        self.mean = mean
        self.deviation = deviation
    }

    /// A pixel's value in the network, computed in double precision and rounded once.
    func apply(_ pixel: Double, channel: Int) -> Float {
        Float((pixel / divisor - mean[channel]) / deviation[channel])
    }
}

extension Normalization {
    /// The channels' mean and population deviation as measured; a constant channel is only centred.
    public init(measuring set: SampleSet) {
        let divisor = Self.divisor(of: set)
        let moments = (0..<set.shape[0]).map { set.moments(channel: $0) }
        self.init(
            divisor: divisor, mean: moments.map { $0.mean / divisor },
            deviation: moments.map { $0.deviation > 0 ? $0.deviation / divisor : 1 })
    }

    /// 255 for bytes; floats are taken as they are.
    static func divisor(of set: SampleSet) -> Double {
        switch set.pixels {
        case .bytes: 255
        case .floats: 1
        }
    }
}

/// A configured mean and deviation in place of a data set's usual ones.
struct NormalizationOverride: Sendable {
    private let mean: [Double]
    private let deviation: [Double]

    /// Reads `mean` and `deviation`: both or neither, one number or one for each channel.
    init(options: inout OptionReader) throws(SettingError) {
        mean = try options.list(
            "mean", default: [], help: "of each channel, of pixels scaled to 0...1")
        deviation = try options.list("deviation", default: [], help: "of each channel")
        guard mean.count == deviation.count else {
            throw options.failure("mean", "and deviation need as many numbers as one another")
        }
        guard (mean + deviation).allSatisfy(\.isFinite), deviation.allSatisfy({ $0 > 0 }) else {
            throw options.failure("deviation", "needs positive numbers")
        }
    }

    /// The configured numbers where there are any, else `usual`, which is asked for only then.
    func resolve(
        channels: Int, divisor: Double, usual: () -> Normalization
    ) throws(DatasetError) -> Normalization {
        guard !mean.isEmpty else { return usual() }
        guard mean.count == 1 || mean.count == channels else {
            throw DatasetError(
                .impossible,
                "normalization: \(mean.count) means for images of \(channels) channels;"
                    + " give one, or one for each channel")
        }
        let repeats = channels / mean.count
        return Normalization(
            divisor: divisor,
            mean: [[Double]](repeating: mean, count: repeats).flatMap { $0 },
            deviation: [[Double]](repeating: deviation, count: repeats).flatMap { $0 })
    }
}

extension SampleSet {
    fileprivate func moments(channel: Int) -> (mean: Double, deviation: Double) {
        switch pixels {
        case .bytes(let values): byteMoments(values, channel)
        case .floats(let values): floatMoments(values, channel)
        }
    }

    /// Exact: counts of each of the 256 values first.
    private func byteMoments(_ values: [UInt8], _ channel: Int) -> (Double, Double) {
        var counts = [Int](repeating: 0, count: 256)
        let area = shape[1] * shape[2]
        for sample in 0..<count {
            let start = (sample * shape[0] + channel) * area
            for index in start..<start + area {
                counts[Int(values[index])] += 1
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
