import Options

/// A place that samples come from: read as options, loaded once by each learner's process.
public protocol DatasetSource: Sendable {
    /// Reads all samples into memory.
    ///
    /// - Throws: ``DatasetError`` for missing (66), corrupt (65) or unfit (78) data.
    func load() throws(DatasetError) -> Corpus

    /// The files and folders that it reads.
    var paths: [String] { get }
}

/// The data sources that configuration can name: `data: {set: NAME, options: {…}}`.
public enum DatasetSources {
    public static let registry = Registry<any DatasetSource>(
        kind: "data set",
        [
            .init("digits", Digits.summary) { o throws(SettingError) in try Digits(options: &o) },
            .init("fashion-mnist", FashionMNIST.summary) { o throws(SettingError) in
                try FashionMNIST(options: &o)
            },
            .init("idx", IDXPair.summary) { o throws(SettingError) in try IDXPair(options: &o) },
            .init("cifar10", CIFAR10.summary) { o throws(SettingError) in
                try CIFAR10(options: &o)
            },
            .init("cifar100", CIFAR100.summary) { o throws(SettingError) in
                try CIFAR100(options: &o)
            },
        ])
}
