import Options

/// A configured mean and standard deviation in place of a data set's usual ones.
struct NormalizationOverride: Sendable {
    private let mean: [Double]
    private let std: [Double]

    /// Whether the configuration gives numbers.
    var isGiven: Bool { !mean.isEmpty }

    /// The keys of every source, with what each changes, beside a source's own.
    static func keys(beside own: KeyValuePairs<String, SettingKeys>) -> SettingKeys {
        own.reduce(["mean": .numbers, "deviation": .numbers]) { $0.with($1.key, $1.value) }
    }

    /// Reads `mean` and `deviation`: both or neither, one number or one for each channel.
    init(options: inout OptionReader) {
        let mean = options.list(
            "mean", default: [], in: -1e9...1e9, help: "of each channel, of pixels scaled to 0...1")
        let std = options.list(
            "deviation", default: [], in: 1e-9...1e9,
            help: "the standard deviation of each channel")
        let isPaired = mean.count == std.count
        if !isPaired {
            options.note(
                options.failure(
                    "mean", "and deviation need as many numbers as one another", with: "deviation"))
        }
        self.mean = isPaired ? mean : []
        self.std = isPaired ? std : []
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
