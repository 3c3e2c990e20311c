import Options

/// CIFAR-10 (Krizhevsky 2009), the binary version: 50,000 training and 10,000 test images.
///
/// Normalized by the usual means (0.4914, 0.4822, 0.4465) and standard deviations
/// (0.2470, 0.2435, 0.2616).
public struct CIFAR10: DatasetSource, Configurable {
    public static let name = "cifar10"
    public static let summary =
        "CIFAR-10 (Krizhevsky 2009), binary version: 60,000 photographs, 3×32×32"
    public static let keys = NormalizationOverride.keys(beside: ["folder": .placement])

    private let folder: String
    private let normalization: NormalizationOverride

    /// Reads `folder`, `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.path(
            "folder", default: "cifar-10-batches-bin", help: "of the six .bin files")
        normalization = NormalizationOverride(options: &options)
    }

    public var paths: [String] { [folder] }

    public func load() throws(DatasetError) -> Corpus {
        try CIFARFormat.requireFolder(
            folder, "cifar10", holding: "data_batch_1.bin … data_batch_5.bin, test_batch.bin")
        let format = CIFARFormat(labelBytes: 1, labelColumn: 0, classCount: 10)
        let batches = (1...5).map { "data_batch_\($0).bin" }
        return Corpus(
            name: "cifar10", train: try format.read(batches, in: folder, rows: 10_000),
            test: try format.read(["test_batch.bin"], in: folder, rows: 10_000),
            normalization: try normalization.resolve(channels: 3, divisor: 255) {
                Normalization(
                    divisor: 255, mean: [0.4914, 0.4822, 0.4465],
                    std: [0.2470, 0.2435, 0.2616])
            })
    }
}
