import Options

/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), as Debian's package installs it.
///
/// 60,000 training and 10,000 test images of 28×28 bytes, ten classes of clothing; normalized to
/// `(x/255 − 0.2860) / 0.3530`.
public struct FashionMNIST: DatasetSource, Configurable {
    public static let name = "fashion-mnist"
    public static let summary =
        "Fashion-MNIST (Xiao et al. 2017): 70,000 pictures of clothes, 28×28"
    public static let keys = NormalizationOverride.keys(beside: ["folder": .placement])

    private let folder: String
    private let normalization: NormalizationOverride

    /// Reads `folder`, `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.path(
            "folder", default: "/usr/share/datasets/fashion-mnist", help: "of the four IDX files")
        normalization = NormalizationOverride(options: &options)
    }

    public var paths: [String] { [folder] }

    public func load() throws(DatasetError) -> Corpus {
        guard DataFile.exists(folder) else {
            throw DatasetError(
                .missing,
                "fashion-mnist: there is no folder \(folder): run scripts/setup.sh, or"
                    + " `apt-get install dataset-fashion-mnist`, or set data.options.folder")
        }
        return Corpus(
            name: "fashion-mnist", train: try samples("train"), test: try samples("t10k"),
            normalization: try normalization.resolve(channels: 1, divisor: 255) {
                Normalization(divisor: 255, mean: [0.2860], std: [0.3530])
            })
    }

    private func samples(_ part: String) throws(DatasetError) -> SampleSet {
        let images = file("\(part)-images-idx3-ubyte")
        let set = try SampleSet(
            images: images, labels: file("\(part)-labels-idx1-ubyte"), classCount: 10)
        guard set.shape == [1, 28, 28], case .bytes = set.pixels else {
            throw DatasetError(
                .corrupt,
                "\(images): images of 1×28×28 bytes are expected; these are"
                    + " \(set.summary)")
        }
        return set
    }

    /// The gzipped file where it is there, as it ships, else the plain one.
    private func file(_ name: String) -> String {
        let zipped = "\(folder)/\(name).gz"
        return DataFile.exists(zipped) ? zipped : "\(folder)/\(name)"
    }
}
