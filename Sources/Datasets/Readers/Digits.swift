import Bytes
import NeuralNetwork
import Options

/// The 1,797 handwritten digits that are compiled into the program.
///
/// Optical recognition of handwritten digits, by E. Alpaydin and C. Kaynak (1998), UCI data set 80,
/// DOI 10.24432/C50P49, CC BY 4.0: images of 8×8, values 0 to 16, ten classes. The test set is 54
/// samples of each class, the same in every run; the other 1,257 are the training samples. Pixels
/// are normalized to `(x/16 − 0.3053) / 0.3760`, the mean and standard deviation of all of them.
public struct Digits: DatasetSource, Configurable {
    public static let name = "digits"
    public static let summary =
        "handwritten digits (UCI 80), part of the program: 1,797 images, 8×8"
    public static let keys = NormalizationOverride.keys(beside: [:])

    private let normalization: NormalizationOverride

    /// Reads `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        normalization = NormalizationOverride(options: &options)
    }

    public var paths: [String] { [] }

    public func load() throws(DatasetError) -> Corpus {
        let all = try Self.samples()
        let split = Self.split(labels: all.labels)
        return Corpus(
            name: "digits", train: all.subset(split.train), test: all.subset(split.test),
            normalization: try normalization.resolve(channels: 1, divisor: 16) {
                Normalization(divisor: 16, mean: [0.3053], std: [0.3760])
            }, greatest: 16)
    }

    /// The rows of the file that are for training and those that are for testing, both ascending.
    ///
    /// The test samples are one part of 540 (see ``StratifiedSplit``), split from all rows by the
    /// key `RandomKey(seed: 0).child("digits")`. They do not depend on a run's seed.
    private static func split(labels: [Int]) -> (train: [Int], test: [Int]) {
        let split = StratifiedSplit(
            labels: labels, classCount: 10, candidates: Array(labels.indices),
            key: RandomKey(seed: 0).child("digits"))
        let test = split.parts(1, of: 540)[0]
        let held = Set(test)
        return (labels.indices.filter { !held.contains($0) }, test)
    }

    private static func samples() throws(DatasetError) -> SampleSet {
        var pixels: [UInt8] = []
        var labels: [Int] = []
        for row in try text().split(separator: UInt8(ascii: "\n")) {
            let numbers = row.split(separator: UInt8(ascii: ",")).map { field in
                field.reduce(0 as UInt8) { $0 &* 10 &+ ($1 &- UInt8(ascii: "0")) }
            }
            precondition(numbers.count == 65, "the embedded file has rows of 64 pixels and a label")
            pixels += numbers.prefix(64)
            labels.append(Int(numbers[64]))
        }
        return SampleSet(
            shape: [1, 8, 8], pixels: .bytes(pixels), labels: labels, classCount: 10)
    }

    private static func text() throws(DatasetError) -> [UInt8] {
        do {
            return try Gzip.inflate(PackageResources.digits_csv_gz)
        } catch {
            throw DatasetError(.corrupt, "digits: the program's copy: \(error); build it again")
        }
    }
}
