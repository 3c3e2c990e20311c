import Options

/// A configured mean and standard deviation in place of a data set's usual ones.
struct NormalizationOverride: Sendable {
    private let mean: [Double]
    private let std: [Double]

    /// Whether the configuration gives numbers.
    var isGiven: Bool { !mean.isEmpty }

    /// Reads `mean` and `deviation`: both or neither, one number or one for each channel.
    init(options: inout OptionReader) throws(SettingError) {
        mean = try options.list(
            "mean", default: [], help: "of each channel, of pixels scaled to 0...1")
        std = try options.list(
            "deviation", default: [], help: "the standard deviation of each channel")
        guard mean.count == std.count else {
            throw options.failure("mean", "and deviation need as many numbers as one another")
        }
        guard (mean + std).allSatisfy(\.isFinite), std.allSatisfy({ $0 > 0 }) else {
            throw options.failure("deviation", "needs positive numbers")
        }
    }

    /// The configured numbers where there are any, else `usual`, which is asked for only then.
    ///
    /// - Throws: ``DatasetError`` (78) where there are neither one nor `channels` configured
    ///   numbers.
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
            std: [[Double]](repeating: std, count: repeats).flatMap { $0 })
    }
}
