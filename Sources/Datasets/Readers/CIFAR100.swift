import Options

/// CIFAR-100 (Krizhevsky 2009), the binary version: 50,000 training and 10,000 test images.
///
/// Normalized by the usual means (0.5071, 0.4865, 0.4409) and standard deviations
/// (0.2673, 0.2564, 0.2762).
public struct CIFAR100: DatasetSource, Configurable {
    public static let name = "cifar100"
    public static let summary =
        "CIFAR-100 (Krizhevsky 2009), binary version: 60,000 photographs, 3×32×32"

    /// Which of the two labels of an image is its class.
    public enum Labels: String, CaseIterable, Sendable {
        /// 100 classes.
        case fine
        /// 20 superclasses.
        case coarse
    }
    public static let keys = NormalizationOverride.keys(beside: [
        "folder": .placement, "labels": .numbers,
    ])

    private let folder: String
    private let labels: Labels
    private let normalization: NormalizationOverride

    /// Reads `folder`, `labels`, `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.path(
            "folder", default: "cifar-100-binary", help: "of train.bin and test.bin")
        labels = options.choice("labels", default: .fine)
        normalization = NormalizationOverride(options: &options)
    }

    public var paths: [String] { [folder] }

    public func load() throws(DatasetError) -> Corpus {
        try CIFARFormat.requireFolder(folder, "cifar100", holding: "train.bin, test.bin")
        let format =
            switch labels {
            case .coarse: CIFARFormat(labelBytes: 2, labelColumn: 0, classCount: 20)
            case .fine: CIFARFormat(labelBytes: 2, labelColumn: 1, classCount: 100)
            }
        return Corpus(
            name: "cifar100", train: try format.read(["train.bin"], in: folder, rows: 50_000),
            test: try format.read(["test.bin"], in: folder, rows: 10_000),
            normalization: try normalization.resolve(channels: 3, divisor: 255) {
                Normalization(
                    divisor: 255, mean: [0.5071, 0.4865, 0.4409],
                    std: [0.2673, 0.2564, 0.2762])
            })
    }
}
