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
    /// A new source is its file and a line here.
    public static let registry = Registry<any DatasetSource>(
        kind: "data set",
        [
            Digits.self,
            FashionMNIST.self,
            IDXPair.self,
            CIFAR10.self,
            CIFAR100.self,
        ])
}
