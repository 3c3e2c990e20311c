import Datasets
import Foundation

/// What a file of weights holds of the pixels that its model was trained on, in its metadata.
extension Normalization {
    /// The key of the metadata.
    public static let metadataKey = "cohort.normalization"

    /// The metadata of a file of weights that were trained on pixels so normalized: one entry of
    /// JSON, as `{"deviation":[0.376],"divisor":16,"mean":[0.3053]}`.
    public var metadata: [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(self) else {
            preconditionFailure("a normalization's numbers are finite")
        }
        return [Self.metadataKey: String(decoding: json, as: UTF8.self)]
    }

    /// What the metadata of a file of weights holds; nil where it holds nothing of the kind, as
    /// files of other programs.
    public init?(metadata: [String: String]) {
        guard let json = metadata[Self.metadataKey],
            let found = try? JSONDecoder().decode(Normalization.self, from: Data(json.utf8))
        else { return nil }
        self = found
    }

    /// Whether a model sees the same with both: pixels may be stored in another unit.
    public func isAlike(_ other: Normalization) -> Bool {
        func areAlike(_ a: [Double], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
        }
        return areAlike(mean, other.mean) && areAlike(std, other.std)
    }
}
