import Options

/// A place that samples come from: its options are read with the configuration, and each learner's
/// process loads its samples once.
public protocol DatasetSource: Sendable {
    /// Reads all samples into memory.
    ///
    /// - Throws: ``DatasetError`` for missing (66), corrupt (65) or unfit (78) data.
    func load() throws(DatasetError) -> Corpus

    /// The files and folders that ``load()`` reads.
    var paths: [String] { get }

    /// The names of the views that the corpus has beside the default view.
    var views: [String] { get }
}

extension DatasetSource {
    /// None: the corpus has the default view alone.
    public var views: [String] { [] }
}

/// The data sources that configuration can name: `data: {set: NAME, options: {…}}`.
public enum DatasetSources {
    /// The data sources that there are, by their names.
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
