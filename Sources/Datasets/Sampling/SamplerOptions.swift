import Options

/// How batches are drawn: `sampler` of a data section.
public struct SamplerOptions: Hashable, Sendable {
    /// Samples of one class that are drawn one after another; nil where the classes do not count.
    public var perClass: Int?

    /// Samples in a random order, whatever their classes.
    public static let shuffled = SamplerOptions()

    /// A sampler of this kind.
    public init(perClass: Int? = nil) { self.perClass = perClass }

    /// Reads what stands under `sampler` of a data section: `{per-class: 2}`.
    public init(_ setting: Setting?) throws(SettingError) {
        self = try OptionReader.read(setting, subject: "data: sampler") {
            (reader) throws(SettingError) in
            SamplerOptions(
                perClass: reader.optional(
                    "per-class", Int.self, in: 1...1_000_000, fallback: "any",
                    help: "samples of one class that are drawn together"))
        }
    }

    /// The groups of a stream; nil where the classes do not count.
    ///
    /// - Parameters:
    ///   - labels: of the samples of the stream.
    ///   - batch: samples of a step.
    /// - Throws: ``DatasetError`` (78) where a batch does not hold whole groups.
    public func groups(_ labels: [Int], batch: Int) throws(DatasetError) -> ClassGroups? {
        guard let perClass else { return nil }
        guard batch.isMultiple(of: perClass) else {
            throw DatasetError(
                .impossible,
                "data: sampler.per-class is \(perClass), and a batch of \(batch) does not hold"
                    + " whole groups of \(perClass); let training.batch be a multiple of it")
        }
        return ClassGroups(of: perClass, labels: labels)
    }
}
